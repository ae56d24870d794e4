"""Holds the product to its published page: docs/published-api.md, and docs/published-objects.md beside it."""
