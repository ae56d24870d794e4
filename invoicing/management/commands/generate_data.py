"""Makes a company with as much data as one likes."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.progress_bar import show_progress
from invoicing.demo.bulk import SEED, generate_data, vacuum_tables
from sales.services import open_company


class Command(BaseCommand):
    help = (
        "Opens a company and fills it with believable sales of three years, straight into the tables, for trying out "
        "speed. Nobody else can work while it runs; if it stops half-way, only an empty company is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, required=True, metavar="N", help="how many customers")
        parser.add_argument("--invoices", type=int, required=True, metavar="N", help="how many invoices, of five lines")
        parser.add_argument("--company", default="Generated Company", metavar="NAME", help="what it is called")
        parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="other numbers make other sales")

    def handle(self, *args: Any, customers: int, invoices: int, company: str, seed: int, **options: Any) -> None:
        if not 2 <= customers <= 1_000_000 or not 100 <= invoices <= 10_000_000:
            raise CommandError("Give 2 to 1,000,000 customers and 100 to 10,000,000 invoices")
        began = time.monotonic()
        try:
            opened = open_company(company)
        except InvalidData as error:
            raise CommandError("; ".join(fault.message for fault in error.errors)) from error
        generate_data(opened, customers=customers, invoices=invoices, seed=seed, progress=show_progress)
        show_progress(1, "visible rows")
        vacuum_tables()
        show_progress(1, "")
        seconds = time.monotonic() - began
        self.stdout.write(
            f"Filled {opened.name} ({opened.public_id}) with {customers:,} customers and {invoices:,} invoices "
            f"in {seconds:.0f} s"
        )
