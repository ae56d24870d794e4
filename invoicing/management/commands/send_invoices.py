"""Sends the drafts of a company as one batch."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.kernel.progress_bar import show_progress
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.queries import company_by_name_or_id
from bigledger_crm.tenancy.scope import company_scope
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.queries.batches import batch_by_public_id, emails_of_batch
from invoicing.rules.batches import FAILED, ISSUE, RUNNING, SEND
from invoicing.services import create_batch

_SECONDS = 1


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a date such as 2026-01-31") from None


class Command(BaseCommand):
    help = (
        "Sends all draft invoices of a company to its customers, or issues them, as one batch that the workers do. "
        "Shows the progress until it is done; exits with 1 if some failed. Ctrl-C ends the command, not the batch."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, metavar="NAME_OR_ID")
        parser.add_argument("--from", dest="first", type=_date, metavar="DATE", help="first invoice date")
        parser.add_argument("--to", dest="last", type=_date, metavar="DATE", help="last invoice date")
        parser.add_argument("--issue-only", action="store_true", help="issue them, and send no emails")
        parser.add_argument("--batch", metavar="ID", help="show the progress of this batch, and create none")
        parser.add_argument("--no-wait", action="store_true", help="create the batch and print its id")

    def handle(self, *args: Any, company: str, batch: str | None, no_wait: bool, **options: Any) -> None:
        try:
            owner = company_by_name_or_id(company)
            with company_scope(owner):
                found = batch_by_public_id(batch) if batch else self._create(owner, options)
                self.stdout.write(f"Batch {found.public_id}: {found.total:,} invoices")
                if not no_wait:
                    self._watch(found)
        except DomainError as error:
            raise CommandError("; ".join(fault.message for fault in error.errors) or error.message) from error

    def _create(self, company: Company, options: Mapping[str, Any]) -> Batch:
        drafts = Invoice.objects.filter(status="draft")
        if options["first"]:
            drafts = drafts.filter(invoice_date__gte=options["first"])
        if options["last"]:
            drafts = drafts.filter(invoice_date__lte=options["last"])
        action = ISSUE if options["issue_only"] else SEND
        return create_batch(system_actor(company), action, drafts)

    def _watch(self, batch: Batch) -> None:
        """Until the batch has ended and its emails have left."""
        while True:
            batch = batch_by_public_id(batch.public_id)
            emails = emails_of_batch(batch)
            done = batch.total - batch.waiting
            words = f"{done:,} of {batch.total:,} invoices, {emails['sent']:,} emails sent, {batch.failed:,} failed"
            show_progress(done / batch.total, words)
            if batch.status != RUNNING and not emails["waiting"]:
                break
            time.sleep(_SECONDS)
        show_progress(1, "")
        self.stdout.write(f"{batch.status.capitalize()}: {words}, {emails['failed']:,} emails not sent")
        failed = BatchItem.objects.filter(batch=batch, status=FAILED).order_by("error_code")
        for code, count in failed.values_list("error_code").annotate(Count("pk")):
            self.stdout.write(f"  {code}: {count:,}")
        if batch.failed or emails["failed"]:
            sys.exit(1)
