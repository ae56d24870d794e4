"""What is done to several chosen rows of a list at once, each for itself, with a result for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import DomainError, InvalidData, NotFound
from bigledger_crm.pages.components import Column, Pill, Text
from bigledger_crm.pages.submissions import save_once
from bigledger_crm.tenancy.actor import Actor

LIMIT = 200


def _no_form(data: Any) -> forms.Form:
    return forms.Form(data)


def _no_effects(_actor: Actor, _rows: Sequence[Any]) -> Callable[[Any], Text]:
    return lambda _row: ""


@dataclass(frozen=True)
class BulkAction:
    """Something that can be done to chosen rows.

    `act` calls the service for one row, with what the form says, and returns what was done; it may raise DomainError.
    `effects` of the actor and the rows says beforehand what will happen to each, under `effect_label`.
    Whoever may write `resource` may do it, unless the list's `may_do` says otherwise.
    """

    name: str
    label: Text
    explanation: Text
    resource: str
    act: Callable[[Actor, Any, Mapping[str, Any]], Text]
    effects: Callable[[Actor, Sequence[Any]], Callable[[Any], Text]] = _no_effects
    effect_label: Text = ""
    make_form: Callable[[Any], forms.Form] = _no_form
    icon: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    row: Any
    state: Pill
    text: Text


def chosen_rows(rows: QuerySet[Any], public_ids: Sequence[str]) -> list[Any]:
    """The rows with these ids, in their order.  Raises NotFound, and InvalidData for none and for too many."""
    if not public_ids or len(set(public_ids)) > LIMIT:
        raise InvalidData("Selection", {"row": _("Choose between 1 and %(limit)s rows.") % {"limit": LIMIT}})
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
        done.append(action.act(actor, row, values))
        return ""

    try:
        save_once(actor.company, key, act)
    except DomainError as error:
        texts = [str(detail["message"]) for detail in error.details if "message" in detail]
        return Outcome(row, Pill(_("Not done"), "bad"), " ".join(texts) or error.message)
    return Outcome(row, Pill(_("Done"), "good"), done[0] if done else _("This was done already."))


def outcome_columns(main: Column) -> list[Column]:
    """The columns of a list of outcomes, the rows by their own `main` column."""
    return [
        Column(main.label, lambda outcome: main.value(outcome.row), "main"),
        Column(_("Result"), lambda outcome: outcome.state, "pill"),
        Column("", lambda outcome: outcome.text),
    ]
