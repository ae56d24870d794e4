"""What every test of the product shares: the pytest plugin and makers of legal objects."""
