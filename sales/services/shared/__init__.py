"""What the services of quotes, orders and invoices have in common."""
