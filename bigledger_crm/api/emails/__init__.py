"""Emails of the outbox over the API."""
