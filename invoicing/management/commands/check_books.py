"""Proves the books."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.queries import company_by_name_or_id
from invoicing.integrity import find_discrepancies, snapshot
from invoicing.integrity.books_check import counts


class Command(BaseCommand):
    help = "Recomputes balances, amounts, quantities and numbers from the documents; exits with 1 if anything differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", metavar="NAME_OR_ID", help="only this company")

    def handle(self, *args: Any, company: str | None, **options: Any) -> None:
        companies = self._companies(company)
        found = 0
        with snapshot():
            for one in companies:
                for difference in find_discrepancies(one):
                    self.stdout.write(str(difference))
                    found += 1
            counted = ", ".join(f"{kind}: {number}" for kind, number in counts(companies).items())
        if found:
            self.stderr.write(f"Differences in the books: {found}")
            sys.exit(1)
        self.stdout.write(f"The books are correct (companies: {len(companies)}, {counted})")

    def _companies(self, text: str | None) -> list[Company]:
        if text is None:
            return list(Company.objects.order_by("name", "pk"))
        try:
            return [company_by_name_or_id(text)]
        except DomainError as error:
            raise CommandError(error.message) from error
