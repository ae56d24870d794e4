"""A simulator of LHDN's MyInvois, to rehearse e-invoices with: nothing that it is sent goes to LHDN.

It knows the product's rules about documents, but nothing of Django: docs/einvoice.md says what it does.
"""
