"""Emails of the outbox and webhooks over the API: their states, what was told, and telling again."""
