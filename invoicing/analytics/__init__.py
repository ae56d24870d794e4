"""Key figures of customers and of sales."""
