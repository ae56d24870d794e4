"""Webhooks over the API: endpoints, what they were told, and telling again."""
