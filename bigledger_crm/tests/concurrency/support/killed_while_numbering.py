"""Makes quotes by the real service in processes that are killed between the counter and the commit.

python -m bigledger_crm.tests.concurrency.support.killed_while_numbering DATABASE COMPANY CUSTOMER TIMES
prints each number and its signal.
"""

import os
import signal
import sys

import django
from django.conf import settings
from django.db import transaction

from sales.inputs import QuoteInput

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

from bigledger_crm.tenancy.actor import system_actor  # noqa: E402 models need the set-up above
from bigledger_crm.tenancy.models import Company  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.testing.factories import line  # noqa: E402
from sales.services import create_quote  # noqa: E402


def die_with_a_number(company_id: str, customer_id: str) -> None:
    """Never returns: the process is killed with its transaction open."""
    company = Company.objects.get(pk=company_id)
    with company_scope(company), transaction.atomic():
        quote = create_quote(system_actor(company), QuoteInput(customer_id=customer_id, items=[line()]))
        os.write(sys.stdout.fileno(), f"{quote.quote_number} ".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def main(company_id: str, customer_id: str, times: int) -> None:
    """One process after another, for each holds the counter until it is gone."""
    for _ in range(times):
        process = os.fork()
        if process == 0:
            die_with_a_number(company_id, customer_id)
        _, status = os.waitpid(process, 0)
        os.write(sys.stdout.fileno(), f"{signal.Signals(os.WTERMSIG(status)).name}\n".encode())


if __name__ == "__main__":
    main(sys.argv[2], sys.argv[3], int(sys.argv[4]))
