"""What plugins import from inventory plugins."""
