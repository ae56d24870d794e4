"""Telling other systems of events, by the Standard Webhooks specification (standardwebhooks.com)."""
