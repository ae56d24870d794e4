"""Signing in and out, sessions, and the choice of a company."""
