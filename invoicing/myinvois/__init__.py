"""Talks to LHDN's MyInvois over HTTP: what is sent, what comes back, and what each failure means for who sent it.

Nothing here knows a table or an invoice, and nothing is tried a second time but a call whose token had expired.
"""
