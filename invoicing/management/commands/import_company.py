"""Imports the archive of a company, and proves its books."""

from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.company_archive.loading import import_archive
from bigledger_crm.company_archive.manifest import ArchiveError
from bigledger_crm.company_archive.reading import open_archive
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from invoicing.analytics.customer_sums import add_up_customers
from invoicing.analytics.sales_sums_job import note_all_sales
from invoicing.integrity import find_discrepancies

_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Imports an archive of export_company, all of it or nothing, and proves that it is equal and its books right."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as content, open_archive(content) as archive:
                company = import_archive(archive, _prove)
                tables = archive.manifest.tables.values()
        except ArchiveError as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        with company_scope(company):
            record(system_actor(company), "company.imported", company.pk, note=file.name)
        rows, amounts = sum(table.rows for table in tables), sum(len(table.sums) for table in tables)
        self.stdout.write(f"{company.name} ({company.public_id}): {rows} rows, each as it was exported")
        self.stdout.write(f"The books are correct, and so are the sums of {amounts} columns with amounts")
        self.stdout.write("New members have no password yet: they set one by Forgot password? on the sign-in page")


def _prove(company: Company) -> None:
    """Adds up what is derived, and proves the books.  Raises ArchiveError, which names the first differences."""
    note_all_sales(company.pk)
    add_up_customers(company.pk)
    if wrong := [str(difference) for difference in islice(find_discrepancies(company), _SHOWN)]:
        raise ArchiveError("\n".join(["The books of the archive are wrong:", *wrong]))
