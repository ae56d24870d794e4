"""E-invoices of Malaysia (MyInvois): plain facts in, the document's bytes and what is wrong with it out.

Nothing here knows Django: docs/einvoice.md has the rules, and how sure each of them is.
"""
