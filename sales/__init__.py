"""What we offered and agreed."""
