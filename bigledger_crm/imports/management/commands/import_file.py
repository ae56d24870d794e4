"""Imports a file, of any size, and waits until it is done."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.imports.files.dates import ORDERS
from bigledger_crm.imports.inputs import ImportInput
from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import AT_WORK, Import, ImportRow, ImportStatus, Outcome
from bigledger_crm.imports.services import steps, working
from bigledger_crm.kernel.errors import DomainError, json_path
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.scope import company_scope

_SHOWN_ERRORS = 20
_PAUSE = 0.1


class Command(BaseCommand):
    help = "Imports a CSV, XLSX, ODS or vCard file; without --run it is rehearsed only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="email", required=True, help="email address of the member who imports")
        parser.add_argument("--company", help="name of the company, for a member of several")
        parser.add_argument("--kind", help="what the rows become; by default the first of those that there are")
        parser.add_argument("--match-by", help="field by which rows find their records, such as email")
        parser.add_argument("--column", action="append", default=[], metavar="HEADING=FIELD", help="may be repeated")
        parser.add_argument("--date-order", choices=ORDERS, help="whether the day (dmy) or the month (mdy) comes first")
        parser.add_argument("--decimal-separator", choices=(".", ","), help="what stands before decimals")
        parser.add_argument(
            "--meaning",
            action="append",
            default=[],
            metavar="FIELD:TEXT=VALUE",
            help='what a text of cells stands for, such as "items.taxCode:GST=SST"; may be repeated',
        )
        parser.add_argument(
            "--default",
            action="append",
            default=[],
            metavar="FIELD=VALUE",
            help="what rows say that have nothing in a field; may be repeated",
        )
        parser.add_argument("--run", action="store_true", help="import the rows after the rehearsal")

    def handle(self, *args: Any, file: Path, email: str, company: str | None, **options: Any) -> None:
        known = [one.name for one in import_kinds]
        kind = options["kind"] or known[0]
        if kind not in known:
            raise CommandError(f"--kind must be one of: {', '.join(known)}")
        actor = _member(email, company)
        try:
            with company_scope(actor.company), file.open("rb") as content:
                size = file.stat().st_size
                job = steps.create_import(actor, kind, filename=file.name, file=content, size=size)
                self._import(actor, _done(job), options)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except DomainError as error:
            faults = [f"{json_path(fault.path)}: {fault.message}" for fault in error.errors]
            raise CommandError("; ".join(faults) or error.message) from error

    def _import(self, actor: Actor, job: Import, options: dict[str, Any]) -> None:
        meanings: dict[str, dict[str, str]] = {}
        for name, value in _pairs(options["meaning"]).items():
            field, _, text = name.partition(":")
            meanings.setdefault(field, {})[text] = value
        wanted = {
            "decimal_separator": options["decimal_separator"],
            "date_order": options["date_order"],
            "columns": _pairs(options["column"]),
            "meanings": meanings,
            "defaults": _pairs(options["default"]),
        }
        if wanted := {name: value for name, value in wanted.items() if value}:
            job = _done(steps.update_import(actor, job, ImportInput(**wanted)))
        if options["match_by"]:
            job = _done(steps.update_import(actor, job, ImportInput(match_by=options["match_by"])))
        for heading, field in zip(job.contents["headings"], job.mapping, strict=True):
            self.stdout.write(f"{heading} → {field or 'not imported'}")
        job = _done(steps.rehearse_import(actor, job))
        if options["run"]:
            job = _done(steps.run_import(actor, job))
        self.stdout.write(", ".join(f"{job.counts.get(outcome, 0)} {outcome}" for outcome in Outcome.values))
        for row in ImportRow.objects.filter(job=job, outcome=Outcome.REJECTED).order_by("position")[:_SHOWN_ERRORS]:
            error: dict[str, Any] = row.error or {}
            details = [f"{one['field']}: {one['message']}" for one in error.get("details", ()) if "field" in one]
            self.stdout.write(f"line {row.line}: {'; '.join(details) or error.get('message', '')}")
        self.stdout.write(f"{job.public_id}: {job.status}")


def _pairs(texts: list[str]) -> dict[str, str]:
    """What options say with `=`.  Raises CommandError."""
    if wrong := next((text for text in texts if "=" not in text), None):
        raise CommandError(f"{wrong}: write NAME=VALUE")
    return dict(text.split("=", 1) for text in texts)


def _member(email: str, company: str | None) -> Actor:
    members = Membership.objects.select_related("company", "user").filter(
        user__email__iexact=email, user__is_active=True, company__is_active=True
    )
    found = list(members.filter(company__name=company) if company else members)
    if len(found) != 1:
        problem = "is a member of several companies: name one by --company" if found else "is not a member"
        raise CommandError(f"{email} {problem}")
    return actor_for_member(found[0])


def _done(job: Import) -> Import:
    """The import when nothing of its step is left; what a worker is at already is waited for.  Raises CommandError."""
    while Import.objects.filter(pk=job.pk, status__in=AT_WORK).exists():
        working.work(job.pk)
        time.sleep(_PAUSE)  # a worker may be at it
    job = Import.objects.get(pk=job.pk)
    if job.status == ImportStatus.FAILED:
        raise CommandError(job.error)
    return job
