"""Fuzzes the running API by its own description, with two companies' keys and ids."""
