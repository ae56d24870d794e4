"""What every page of the staff interface stands on; knows nothing of customers, sales or invoices."""
