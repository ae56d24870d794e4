"""How every filter and every sort of the API's lists is answered over 200,000 customers and 200,000 invoices.

    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.explain

fills an empty database (it refuses one with companies in it), asks every question as the API does, and prints one line
for each query: the list, the question, the page, how long it took, how many blocks of 8 kB it looked at, and the
indexes that served it.
"""

import logging
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 needs Django
from django.test.utils import setup_test_environment  # noqa: E402

from bigledger_crm.tenancy.models import Company  # noqa: E402
from bigledger_crm.testing.bulk_data import BULK_ROWS, fill  # noqa: E402
from bigledger_crm.testing.client import api_client  # noqa: E402
from bigledger_crm.testing.query_plans import EXAMPLES, ask, filters, in_the_middle, listings, sorts  # noqa: E402
from sales.services import open_company  # noqa: E402


def main() -> int:
    """Fills, asks and prints."""
    call_command("migrate", verbosity=0)
    if Company.objects.exists():
        sys.stderr.write("This database has companies; give an empty one.\n")
        return 1
    setup_test_environment()
    logging.disable(logging.INFO)
    began = time.perf_counter()
    company = open_company("Big Company")
    fill(company, open_company("Neighbour"))
    rows = ", ".join(f"{count:,} {model._meta.verbose_name_plural}" for model, count in BULK_ROWS.items())
    say(f"{rows} in {time.perf_counter() - began:.0f} s\n")
    say(f"{'list':13} {'question':28} {'page':7} {'ms':>7} {'blocks':>7}  indexes")
    client = api_client(company)
    for path in [path for path in EXAMPLES if path in listings()]:
        for question in [*sorts(path), *filters(path, company)]:
            plans, cursor = ask(client, question)
            pages = [("count" if plan.counts else "first", plan) for plan in plans]
            if cursor:
                pages += [("second", plan) for plan in ask(client, question, cursor)[0]]
            if cursor and question.about.startswith("sort="):
                place = in_the_middle(cursor, company, question)
                pages += [("middle", plan) for plan in ask(client, question, place)[0]]
            for page, plan in pages:
                how = ", ".join(plan.indexes) + "".join(f" SEQ SCAN {table}" for table in sorted(plan.scanned))
                say(f"{path:13} {question.about:28} {page:7} {plan.milliseconds:7.1f} {plan.blocks:7}  {how}")
    return 0


def say(line: str) -> None:
    """A line for whoever reads."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
