"""Saying how long data is kept, rehearsing what would be removed, and removing it at night in small steps."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from bigledger_crm.audit.services import record
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.privacy.models import RetentionSetting
from bigledger_crm.privacy.retention_rules import MAX_MONTHS, RetentionRule, months_before, retention_rules
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.database import long_statements
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.queries import lock_company
from bigledger_crm.tenancy.scope import company_scope

# How many batches of a rule one run removes at most; the next run goes on.
MAX_BATCHES = 200
EXAMPLES = 5
MOST_COUNTED = 10_000
HOUR = 3  # of the company's night
logger = logging.getLogger(__name__)


class RetentionFailed(Exception):
    """Some settings could not be applied; the log says why, and the next run tries again."""


@dataclass(frozen=True)
class Rehearsed:
    """What a rule would remove now: how many rows that ended before a moment, and the first of them.

    What is more than MOST_COUNTED is counted as MOST_COUNTED + 1.
    """

    rule: RetentionRule
    months: int
    before: datetime
    count: int
    examples: Sequence[Any]


def months_of_rules() -> dict[str, int | None]:
    """After how many months each kind of data goes in the company of the scope; None for what is kept."""
    said = dict(RetentionSetting.objects.values_list("rule", "months"))
    return {rule.name: said.get(rule.name) for rule in retention_rules}


def check_months(country: str, months: Mapping[str, int | None]) -> list[FieldError]:
    """What is wrong with them, by the rules' names."""
    errors = []
    for rule in retention_rules:
        given, least = months.get(rule.name), rule.least(country)
        if given is not None and not least <= given <= MAX_MONTHS:
            errors += field_error(rule.name, f"Must be between {least} and {MAX_MONTHS} months")
    return errors


@transaction.atomic
def save_retention(actor: Actor, months: Mapping[str, int | None]) -> None:
    """Says after how many months data goes, from the next night on; None for data that is kept.

    Raises InvalidData, PermissionDenied.
    """
    actor.require("privacy", "manage")
    if errors := check_months(actor.company.country, months):
        raise InvalidData("Retention", errors)
    lock_company(actor.company)
    before = months_of_rules()
    changes = {name: [before[name], given] for name, given in months.items() if before[name] != given}
    for name, (_old, given) in changes.items():
        if given is None:
            RetentionSetting.objects.filter(rule=name).delete()
        else:
            values = {"months": given, "applied_at": clock.now()}
            RetentionSetting.objects.update_or_create(company=actor.company, rule=name, defaults=values)
    if changes:
        record(actor, "company.retention_changed", actor.company.pk, changes=changes)


def rehearse(actor: Actor, months: Mapping[str, int | None]) -> list[Rehearsed]:
    """What would be removed now; removes nothing.  Raises InvalidData, PermissionDenied."""
    actor.require("privacy", "manage")
    if errors := check_months(actor.company.country, months):
        raise InvalidData("Retention", errors)
    found = []
    for rule in retention_rules:
        if (given := months.get(rule.name)) is not None:
            before = months_before(clock.now(), given)
            rows = rule.rows(before).order_by("pk")
            count = rows[: MOST_COUNTED + 1].count()
            found.append(Rehearsed(rule, given, before, count, list(rows[:EXAMPLES])))
    return found


def apply_due() -> None:
    """Removes what is old, once a night in each company; what there is no time for is done in the next hour.

    Raises RetentionFailed at the end where something went wrong.
    """
    settings = RetentionSetting.unscoped.select_related("company").filter(company__is_active=True)
    failed = []
    try:
        for setting in settings.order_by("applied_at", "pk"):
            if not is_due(setting.applied_at, setting.company):
                continue
            with company_scope(setting.company), long_statements():
                try:
                    apply(setting)
                except SoftTimeLimitExceeded:
                    raise
                except Exception:  # what is wrong in one company keeps no other from its night
                    logger.exception("Retention of %s failed", setting.rule)
                    failed.append(f"{setting.company.public_id} {setting.rule}")
    except SoftTimeLimitExceeded:
        logger.warning("Retention goes on in an hour")
    if failed:
        raise RetentionFailed(", ".join(failed))


def is_due(applied_at: datetime, company: Company) -> bool:
    """Whether a night of the company has begun since."""
    here = clock.now().astimezone(ZoneInfo(company.time_zone))
    night = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return applied_at < (night if night <= here else night - timedelta(days=1))


def apply(setting: RetentionSetting) -> int:
    """Removes what a setting lets go, a batch in each transaction; notes how much that was, and returns it."""
    actor, rule = system_actor(setting.company), retention_rules.get(setting.rule)
    # A company that moved, or a law that changed, may want data longer than was said once.
    if rule is None or setting.months < rule.least(setting.company.country):
        return 0
    before, removed = months_before(clock.now(), setting.months), 0
    last: UUID | None = None
    try:
        for _ in range(MAX_BATCHES):
            count, last = _remove_batch(actor, rule, before, last)
            removed += count
            if last is None:
                RetentionSetting.objects.filter(pk=setting.pk).update(applied_at=clock.now())
                break
    finally:
        if removed:
            changes = {"removed": removed, "before": before.isoformat(timespec="seconds")}
            record(actor, "company.retention_applied", actor.company.pk, note=setting.rule, changes=changes)
    return removed


@transaction.atomic
def _remove_batch(actor: Actor, rule: RetentionRule, before: datetime, last: UUID | None) -> tuple[int, UUID | None]:
    """How many rows were removed of those behind `last`, and the last one that was looked at; None at the end.

    What somebody else has locked is left for the next night.
    """
    rows = rule.rows(before) if last is None else rule.rows(before).filter(pk__gt=last)
    locked = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    keys = list(locked.values_list("pk", flat=True)[: rule.batch])
    if not keys:
        return 0, None
    # Asked anew: something may have happened to a row before it was locked.
    return rule.remove(actor, rule.rows(before).filter(pk__in=keys)), keys[-1]
