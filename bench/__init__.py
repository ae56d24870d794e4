"""Measurements: what requests, pages, reports and PDFs take."""
