"""Custom fields in lists on pages: as columns, which files have too, as filters and as sorts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from bigledger_crm.custom_fields.pages.values import people_of_company, shown_value
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.rules import DeclaredFields, Field, is_empty, value_fits
from bigledger_crm.custom_fields.value_filters import PARAMETER, filters_for
from bigledger_crm.custom_fields.value_sorts import ValueSort, sorts_of
from bigledger_crm.filtering import ListFilters
from bigledger_crm.filtering.keyset import KeysetOrder
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.web.components import Column
from bigledger_crm.web.lists import FilterField, ListPage, Picker
from bigledger_crm.web.owners import member_label, members


class CustomFieldListPage(ListPage):
    """A list of objects that can have custom fields, of `custom_fields_of` in the API."""

    custom_fields_of: ClassVar[str]
    actor: Actor

    @cached_property
    def custom_fields(self) -> DeclaredFields:
        """Those of the company."""
        return fields_for(self.actor, self.custom_fields_of)

    def all_filters(self) -> type[ListFilters]:
        """The list's own, and those by custom fields."""
        return filters_for(self.filters, self.actor.company, self.custom_fields)

    def offered_filters(self) -> Sequence[FilterField]:
        """The list's own, and those by custom fields."""
        return (*self.narrow_by, *map(_filter_field, self.custom_fields.present))

    @cached_property
    def _own_sorts(self) -> Mapping[str, ValueSort]:
        return sorts_of(self.custom_fields.present)

    @cached_property
    def sort(self) -> str:
        """What is asked for; the list's own sort in place of a field that there is no more, say in a saved view."""
        asked: str = super().sort
        is_gone = asked.removeprefix("-").startswith(PARAMETER) and self.order_of(asked) is None
        return self.default_sort if is_gone else asked

    def order_of(self, sort: str) -> KeysetOrder | None:
        """The list's own orders, and those by custom fields."""
        own = self._own_sorts.get(sort.removeprefix("-"))
        if own is None:
            return super().order_of(sort)
        return KeysetOrder(own.column, sort.startswith("-"), values=own.values)

    def custom_columns(self) -> Sequence[Column]:
        """A column for each custom field, hidden until somebody asks for it."""
        return [self._column(field) for field in self.custom_fields.present]

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return people_of_company()

    def _column(self, field: Field) -> Column:
        currency, name = self.actor.company.currency, f"{PARAMETER}{field.key}"
        is_figure = field.type in ("number", "money")

        def shown(row: Any) -> Any:
            value = row.custom_fields.get(field.key)
            people = self._people if field.type == "person" else {}
            return None if is_empty(value) else shown_value(field, value, currency, people)

        return Column(
            f"{field.label} {currency}" if field.type == "money" else field.label,
            shown,
            "figure" if is_figure else "text",
            name if name in self._own_sorts else "",
            name=name,
            optional=True,
            exact=_exact(field, shown),
        )


def _exact(field: Field, shown: Callable[[Any], Any]) -> Callable[[Any], Any] | None:
    """What goes into files: numbers and days as they are."""
    made: dict[str, Callable[[Any], Any]] = {"number": Decimal, "money": Decimal, "date": date.fromisoformat}
    if field.type not in made:
        return None

    def exact(row: Any) -> Any:
        value = row.custom_fields.get(field.key)
        return made[field.type](value) if value_fits(field, value) else shown(row)

    return exact


def _filter_field(field: Field) -> FilterField:
    """A filter as people are offered it."""
    name = f"{PARAMETER}{field.key}"
    match field.type:
        case "number" | "money" | "date":
            return FilterField(name, field.label, is_range=True)
        case "choice" | "choices":
            return FilterField(name, field.label, {choice: choice for choice in field.choices})
        case "yes_no":
            return FilterField(name, field.label, {"true": _("Yes"), "false": _("No")})
        case "person":
            return FilterField(name, field.label, picker=Picker(_find_member))
    return FilterField(name, field.label)


def _find_member(text: str) -> tuple[str, str] | None:
    """By id, name or email address.  Raises ValidationError where several have the name."""
    pk = ids.decode(User.PREFIX, text)
    named = Q(pk=pk) if pk else Q(name__iexact=clean_line(text)) | Q(email__iexact=clean_line(text))
    found = members().filter(named)[:2]
    if len(found) > 1:
        raise ValidationError(_("Several members have this name. Enter the email address."))
    return (found[0].public_id, member_label(found[0])) if found else None
