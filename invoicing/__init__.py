"""What is owed and paid."""
