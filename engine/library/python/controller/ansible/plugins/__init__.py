"""The bases of plugins."""
