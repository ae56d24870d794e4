"""Keeping reports by name: each person's own, and those that are shared with the company."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bigledger_crm.audit.services import record
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData, NotFound, PermissionDenied, field_error, under
from bigledger_crm.kernel.inputs import given
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.outbox.email_actions import cancel_pending
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.queries import by_public_id, lock_company
from invoicing.inputs import SavedReportInput
from invoicing.models import SavedReport
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.filters import ReportFilters
from invoicing.reports.recipients import KIND, check_sending, put_recipients, read_recipients
from invoicing.rules.saved_reports import LONGEST_NAME, MOST_ON_HOME, MOST_SAVED


def saved_reports_for(actor: Actor) -> "QuerySet[SavedReport]":
    """The actor's own saved reports and the shared ones."""
    return SavedReport.objects.filter(Q(person=actor.id) | Q(is_shared=True))


def saved_report_by_public_id(actor: Actor, public_id: str) -> SavedReport:
    """A saved report that the actor sees.  Raises NotFound."""
    return by_public_id(saved_reports_for(actor), "Saved report", public_id)


def may_see(actor: Actor, saved: SavedReport) -> bool:
    """Whether the actor may open it: an own one or a shared one, with the right to see reports."""
    return actor.may("analytics", "read") and (saved.person == actor.id or saved.is_shared)


def may_change(actor: Actor, saved: SavedReport) -> bool:
    """Whether the actor may change and delete it: an own one, or a shared one with the right to share."""
    return saved.person == actor.id or (saved.is_shared and may_share(actor))


def may_share(actor: Actor) -> bool:
    """Whether the actor may save reports for everybody."""
    return actor.may("analytics", "write")


def filters_of(actor: Actor, saved: SavedReport, day: date | None = None) -> ReportFilters:
    """The filters of a saved report as its report takes them on a day, today unless it is given."""
    filters = REPORT_BY_SLUG[saved.report].filters
    return filters(dict(saved.filters), company=actor.company, today=day or actor.today())


@transaction.atomic
def create_saved_report(actor: Actor, inputs: SavedReportInput) -> SavedReport:
    """Keeps `report` with `filters` under `name`.

    Raises InvalidData with every failing field, and PermissionDenied for a shared one by somebody who may not share.
    """
    saved = SavedReport(company=actor.company, person=actor.id)
    _save(actor, saved, {"report": "", "name": "", "filters": {}, **given(inputs)})
    if _concerns_others(saved):
        record(actor, "saved_report.created", saved.pk, note=saved.name)
    return saved


@transaction.atomic
def update_saved_report(actor: Actor, saved: SavedReport, inputs: SavedReportInput) -> SavedReport:
    """Changes what is given.  Raises NotFound for one that the actor may not change, InvalidData, PermissionDenied."""
    stored = _lock(actor, saved)
    concerned_others = _concerns_others(stored)
    changes = _save(actor, stored, given(inputs))
    if changes and (concerned_others or _concerns_others(stored)):
        record(actor, "saved_report.updated", stored.pk, note=stored.name, changes=changes)
    return stored


@transaction.atomic
def delete_saved_report(actor: Actor, saved: SavedReport) -> None:
    """Forgets it.  Raises NotFound for one that the actor may not change."""
    stored = _lock(actor, saved)
    cancel_pending(actor, stored.pk, KIND, why="the saved report was deleted")
    if _concerns_others(stored):
        record(actor, "saved_report.deleted", stored.pk, note=stored.name)
    stored.delete()


def _lock(actor: Actor, saved: SavedReport) -> SavedReport:
    stored = saved_reports_for(actor).select_for_update(no_key=True).filter(pk=saved.pk).first()
    if stored is None or not may_change(actor, stored):
        raise NotFound("Saved report", saved.public_id)
    return stored


def _concerns_others(saved: SavedReport) -> bool:
    """Whether it is shared or sent: what others see is on record, and nobody's own views are."""
    return saved.is_shared or bool(saved.sends)


def _save(actor: Actor, saved: SavedReport, values: dict[str, Any]) -> dict[str, Any]:
    """Checks and saves what changes, and returns it: field name -> [before, after]."""
    chosen = values.pop("recipients", None)
    if values.get("sends") == "":
        values = {"send_day": None, "file_format": "", **values}
    if "name" in values:
        values["name"] = clean_line(values["name"])
    changes = apply_changes(saved, values)
    if saved.is_shared and "is_shared" in changes and not may_share(actor):
        raise PermissionDenied(_("Your role allows you to save reports for yourself only."))
    lock_company(actor.company)  # two that come at once are counted one after the other
    users, wrong = read_recipients(actor, saved, chosen, may_share=may_share(actor))
    errors = [*_check_report(actor, saved), *_check_name(saved), *check_sending(saved), *wrong]
    if saved.on_home and "on_home" in changes:
        errors += _check_home(actor, saved)
    if errors:
        raise InvalidData("Saved report", errors)
    if changes:
        saved.updated_at = clock.now()
        saved.save()
    starts_anew = not changes.keys().isdisjoint({"sends", "send_day"})
    before = put_recipients(actor, saved, users, starts_anew=starts_anew)
    if before != users:
        changes["recipients"] = [sorted(ids.encode(User.PREFIX, user) for user in of) for of in (before, users)]
    return changes


def _check_report(actor: Actor, saved: SavedReport) -> list[FieldError]:
    if saved.report not in REPORT_BY_SLUG:
        return field_error("report", f"Must be one of: {', '.join(REPORT_BY_SLUG)}")
    filters = filters_of(actor, saved)
    unknown = dict.fromkeys(saved.filters.keys() - filters.base_filters.keys(), "Unknown parameter")
    problems = {**filters.problems(), **unknown}
    return under([FieldError((name,), message) for name, message in problems.items()], "filters")


def _check_name(saved: SavedReport) -> list[FieldError]:
    if not 0 < len(saved.name) <= LONGEST_NAME:
        return field_error("name", _("Enter a name of at most %(limit)s characters.") % {"limit": LONGEST_NAME})
    others = SavedReport.objects.filter(person=saved.person).exclude(pk=saved.pk)
    if others.filter(name=saved.name).exists():
        return field_error("name", _("You already have a saved report with this name."))
    if others.count() >= MOST_SAVED:
        return field_error("name", _("You can save up to %(limit)s reports.") % {"limit": MOST_SAVED})
    return []


def _check_home(actor: Actor, saved: SavedReport) -> list[FieldError]:
    if saved.person != actor.id or actor.member is None:
        return field_error("on_home", _("Only your own saved reports can be shown on Home."))
    others = SavedReport.objects.filter(person=saved.person, on_home=True).exclude(pk=saved.pk)
    if others.count() >= MOST_ON_HOME:
        message = _("You can show up to %(limit)s reports on Home. Remove another one first.")
        return field_error("on_home", message % {"limit": MOST_ON_HOME})
    return []
