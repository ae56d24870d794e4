"""Works at a batch in processes that are killed in the middle of an invoice.

python -m bigledger_crm.tests.concurrency.support.killed_in_a_batch DATABASE BATCH BEFORE_OR_AFTER
does two invoices and dies with the third: before its commit, or right after it.  Prints how many it did.
"""

import os
import signal
import sys
from uuid import UUID

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

from django.db import transaction  # noqa: E402 needs the set-up above

from bigledger_crm.tenancy.actor import Actor  # noqa: E402
from invoicing.models import Batch, Invoice  # noqa: E402
from invoicing.rules.batches import SEND  # noqa: E402
from invoicing.services import batch_work, send_invoice  # noqa: E402
from sales.services import EmailOptions  # noqa: E402

WHOLE = 2


def main(batch_id: UUID, *, is_after: bool) -> None:
    """Never returns."""
    done = 0

    def act(actor: Actor, invoice: Invoice) -> None:
        nonlocal done
        send_invoice(actor, invoice, EmailOptions())
        done += 1
        if done > WHOLE:
            os.write(sys.stdout.fileno(), f"{done - 1 + is_after}".encode())
            if is_after:
                transaction.on_commit(die)
            else:
                die()

    batch_work.ACTS[SEND] = act
    batch_work.work_on_batch(batch_id, Batch.unscoped.get(pk=batch_id).turn)


def die() -> None:
    """As by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(UUID(sys.argv[2]), is_after=sys.argv[3] == "after")
