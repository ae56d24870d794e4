"""Figures of a customer and of the sale."""
