"""Whether the product is alive, ready, and at work."""
