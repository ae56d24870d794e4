"""What is done to several chosen rows of a list at once, each for itself, with a result for each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import DomainError, InvalidData, NotFound, field_error
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Column, StatusBadge, Text
from bigledger_crm.web.form_submissions import save_once

LIMIT = 200
# What is said of each of some rows; what many need in common is read once.
OfRows = Callable[[Actor, Sequence[Any]], Callable[[Any], Text]]


def _no_form(data: Any) -> forms.Form:
    return forms.Form(data)


def nothing_to_say(_actor: Actor, _rows: Sequence[Any]) -> Callable[[Any], Text]:
    """Nothing, of any row."""
    return lambda _row: ""


def each(say: Callable[[Actor, Any], Text]) -> OfRows:
    """What is said of each row by itself."""
    return lambda actor, _rows: lambda row: say(actor, row)


@dataclass(frozen=True)
class BulkAction:
    """Something that can be done to chosen rows.

    `act` calls the service for one row, with what the form says, and returns what was done; it may raise DomainError.
    `obstacles` of the actor and the rows says why it can't be done to a row, in the words of the list, "" where it can:
    such rows are named and left alone.  `effects` says beforehand what will happen to each, under `effect_label`.
    `done` and `not_done` say of how many rows it was done or not, `submit` on the button to how many it will be, where
    the label isn't enough.  Whoever may `verb` the `resource` may do it, unless
    the list's `may_do` says otherwise.  `for_all` begins a job for all rows of a list and returns the URL of its page.
    """

    name: str
    label: Text
    explanation: Text
    resource: str
    act: Callable[[Actor, Any, Mapping[str, Any]], Text]
    done: Callable[[int], Text]
    not_done: Callable[[int], Text]
    obstacles: OfRows = nothing_to_say
    effects: OfRows = nothing_to_say
    effect_label: Text = ""
    make_form: Callable[[Any], forms.Form] = _no_form
    icon: str = ""
    verb: str = "write"
    submit: Callable[[int], Text] | None = None
    for_all: Callable[[Actor, QuerySet[Any]], str] | None = None

    @property
    def is_for_all(self) -> bool:
        """Whether it can be done to all rows of a list: templates can't ask `for_all`, which they would call."""
        return self.for_all is not None

    def button(self, count: int) -> Text:
        """What the button says that does it to so many rows."""
        if self.submit:
            return self.submit(count)
        texts = {"label": self.label, "shown": formatting.number(count)}
        return ngettext("%(label)s: %(shown)s row", "%(label)s: %(shown)s rows", count) % texts


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    row: Any
    is_done: bool
    text: Text

    @property
    def state(self) -> StatusBadge:
        """Whether it was done."""
        return StatusBadge(_("Done"), "good") if self.is_done else StatusBadge(_("Not done"), "bad")


class _LeftAlone(Exception):
    """Why something isn't done to a row."""


def chosen_rows(rows: QuerySet[Any], public_ids: Sequence[str]) -> list[Any]:
    """The rows with these ids, in their order.  Raises NotFound, and InvalidData for none and for too many."""
    if not public_ids or len(set(public_ids)) > LIMIT:
        message = _("Select between 1 and %(limit)s rows.") % {"limit": LIMIT}
        raise InvalidData("Selection", field_error("row", message))
    model = rows.model
    keys = {public_id: ids.decode(model.PREFIX, public_id) for public_id in public_ids}
    found = rows.in_bulk([key for key in keys.values() if key])
    for public_id, key in keys.items():
        if key not in found:
            raise NotFound(str(model._meta.verbose_name).capitalize(), public_id)
    return [found[key] for key in keys.values()]


def do_to_each(
    action: BulkAction, actor: Actor, rows: Sequence[Any], values: Mapping[str, Any], key: UUID
) -> list[Outcome]:
    """Does it to each row in a transaction of its own, once for each form: `key` is that of the form."""
    return [_do(action, actor, row, values, uuid5(key, str(row.pk))) for row in rows]


def _do(action: BulkAction, actor: Actor, row: Any, values: Mapping[str, Any], key: UUID) -> Outcome:
    done: list[Text] = []

    def act() -> str:
        if obstacle := action.obstacles(actor, [row])(row):
            raise _LeftAlone(obstacle)
        done.append(action.act(actor, row, values))
        return ""

    try:
        save_once(actor.company, key, act)
    except _LeftAlone as error:
        return Outcome(row, False, error.args[0])
    except DomainError as error:
        texts = [fault.message for fault in error.errors]
        return Outcome(row, False, " ".join(texts) or error.message)
    return Outcome(row, True, done[0] if done else _("This has already been done."))


def split(action: BulkAction, actor: Actor, rows: Sequence[Any]) -> tuple[list[Any], list[Outcome]]:
    """The rows that it can be done to, and the others with what stands against it."""
    obstacle = action.obstacles(actor, rows)
    outcomes = [Outcome(row, False, obstacle(row)) for row in rows]
    return [outcome.row for outcome in outcomes if not outcome.text], [outcome for outcome in outcomes if outcome.text]


def told(action: BulkAction, outcomes: Sequence[Outcome]) -> tuple[Text, list[Text]]:
    """Of how many rows it was done, "" for none, and of how many not, by the reason."""
    done = sum(outcome.is_done for outcome in outcomes)
    reasons = Counter(str(outcome.text) for outcome in outcomes if not outcome.is_done)
    refused: list[Text] = [f"{action.not_done(count)}: {reason}" for reason, count in reasons.items()]
    return action.done(done) if done else "", refused


def obstacle_columns(main: Column) -> list[Column]:
    """The columns of a list of rows that are left alone."""
    return [
        Column(main.label, lambda outcome: main.value(outcome.row), "main"),
        Column(_("Reason"), lambda outcome: outcome.text),
    ]


def outcome_columns(main: Column) -> list[Column]:
    """The columns of a list of outcomes, the rows by their own `main` column."""
    return [
        Column(main.label, lambda outcome: main.value(outcome.row), "main"),
        Column(_("Result"), lambda outcome: outcome.state, "badge"),
        Column("", lambda outcome: outcome.text),
    ]
