"""Small helpers of plugins."""
