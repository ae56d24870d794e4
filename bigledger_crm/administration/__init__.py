"""What a company's owners settle without a programmer: API keys, the audit log, email; and the index of settings."""
