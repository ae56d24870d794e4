"""Batches: what can be done to many invoices as one, and how much of it at a time."""

from datetime import timedelta

SEND, ISSUE = "send_invoices", "issue_invoices"
ACTIONS = (SEND, ISSUE)
RUNNING, COMPLETED, CANCELLED = "running", "completed", "cancelled"
STATUSES = (RUNNING, COMPLETED, CANCELLED)
WAITING, DONE, FAILED = "waiting", "done", "failed"
ITEM_STATUSES = (WAITING, DONE, FAILED)
# How many invoices a batch can have, and how many of them a request can name.
MOST = 20_000
MOST_NAMED = 1_000
# How many invoices a task of a worker works off before other tasks have their turn.
SLICE = 20
# A batch at which nobody has worked for so long is taken up by the sweeper.
LEASE = timedelta(seconds=10)
