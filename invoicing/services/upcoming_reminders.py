"""What will be sent in the next days."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bigledger_crm.tenancy.actor import Actor
from invoicing.models import ReminderStep
from invoicing.queries.reminders import KINDS, Kind, Remindable, remindables_until
from invoicing.rules.reminders import plan
from invoicing.services.reminder_schedule import schedule_of
from invoicing.services.reminders import reminder_day

MOST_DOCUMENTS = 5000


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A reminder that goes on `day` if nothing changes."""

    day: date
    kind: Kind
    document: Remindable
    step: ReminderStep


def upcoming(actor: Actor, days: int) -> list[Upcoming]:
    """What goes from now until so many days ahead, the next first; of the 5,000 documents that are due first."""
    today = reminder_day(actor.company)
    last_day = today + timedelta(days=days)
    zone = ZoneInfo(actor.company.time_zone)
    schedule = schedule_of(actor)
    found: list[Upcoming] = []
    for kind in KINDS:
        steps = {step.pk: step for step in schedule if step.document == kind.name}
        rules = [step.rule for step in steps.values()]
        for document in remindables_until(kind, rules, last_day, actor.today(), MOST_DOCUMENTS):
            went_out = document.went_out_at.astimezone(zone).date()
            now = plan(rules, document.anchor, done=document.done, went_out=went_out, today=today).send
            if now is not None:
                found.append(Upcoming(today, kind, document, steps[now.key]))
            found += [
                Upcoming(rule.day(document.anchor), kind, document, steps[rule.key])
                for rule in rules
                if today < rule.day(document.anchor) <= last_day
                and rule.key not in document.done
                and rule.day(document.anchor) > went_out
                and rule.day(document.anchor) >= rule.since
            ]
    return sorted(found, key=lambda row: (row.day, row.kind.name, row.document.number, row.step.days))
