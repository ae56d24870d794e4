"""Exports of a company in the API."""
