"""The kinds of filters that lists have.

A filter reads its parameter's text in `read` (ValueError says what is wrong), and narrows the rows in `filter`.
`about` describes it to people, `schema` to programs (JSON Schema).
"""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.lookups import DataContains
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, TextField, Value
from django_filters import Filter

from bigledger_crm.filtering import parameters
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.record_owners import read_owner
from bigledger_crm.tenancy.scope import current_company_id
from bigledger_crm.tenancy.sorting import without_case

if TYPE_CHECKING:
    from bigledger_crm.filtering.filterset import ListFilters

Rows = QuerySet[Any]


class StrictField(forms.Field):
    """Hands the text of a given parameter to `read`; an absent one is None."""

    def __init__(self, *, read: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**options)
        self.read = read

    def __deepcopy__(self, memo: dict[int, Any]) -> "StrictField":
        """Itself: forms copy their fields, and nothing in this one changes."""
        return self

    def clean(self, value: Any) -> Any:
        """The value.  Raises ValidationError."""
        if value is None:
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class ListFilter(Filter):
    """A filter of a list by one column."""

    field_class = StrictField
    parent: "ListFilters"
    about: str
    schema: dict[str, Any] = {"type": "string"}
    lookup: ClassVar[str] = "exact"

    def __init__(self, column: str = "", *, about: str, lookup: str = "") -> None:
        super().__init__(column, lookup or self.lookup, label=about, read=self.read)
        self.about = about

    def __deepcopy__(self, memo: dict[int, Any]) -> "ListFilter":
        """Itself with a parent of its own, which is all that a set of filters gives it; the field is made once."""
        self.field  # noqa: B018  the copies share it
        return copy(self)

    def read(self, text: str) -> Any:
        """The parameter's value.  Raises ValueError."""
        raise NotImplementedError

    def filter(self, qs: Rows, value: Any) -> Rows:
        """The rows with this value; all of them for None."""
        return qs if value is None else qs.filter(self.condition(value))

    def limit(self, value: Any) -> Any:
        """What the column is compared with."""
        return value

    def condition(self, value: Any) -> Q:
        """What a row fulfils."""
        return Q(**{f"{self.field_name}__{self.lookup_expr}": self.limit(value)})


class TextFilter(ListFilter):
    """Equal to a text, which `check` may clean or refuse."""

    def __init__(self, column: str, *, about: str, check: Callable[[str], str] = parameters.read_text) -> None:
        self.check = check
        super().__init__(column, about=about)

    def read(self, text: str) -> str:
        """The text."""
        return self.check(text)


class SearchFilter(ListFilter):
    """Part of the folded text that a row is found by, whatever its case and accents."""

    lookup = "contains"
    schema = {"type": "string", "minLength": 1, "maxLength": parameters.MAX_TEXT}

    def __init__(self, column: str = "search_text", *, about: str) -> None:
        super().__init__(column, about=about)

    def read(self, text: str) -> str:
        """The folded text."""
        return parameters.read_search(text)


class ChoiceFilter(ListFilter):
    """One of a few words."""

    def __init__(self, column: str, choices: Sequence[str], *, about: str) -> None:
        self.choices = tuple(choices)
        self.schema = {"type": "string", "enum": list(choices)}
        super().__init__(column, about=about)

    def read(self, text: str) -> str:
        """The word."""
        return parameters.read_choice(text, self.choices)


class DerivedFilter(ChoiceFilter):
    """One of a few words that aren't stored: `meaning(word, today)` is their condition on the company's day."""

    def __init__(self, choices: Sequence[str], meaning: Callable[[str, date], Q], *, about: str) -> None:
        self.meaning = meaning
        super().__init__("", choices, about=about)

    def condition(self, value: str) -> Q:
        """What the word means today."""
        return self.meaning(value, self.parent.today)


class BooleanFilter(ListFilter):
    """`true` or `false`."""

    schema = {"type": "boolean"}

    def read(self, text: str) -> bool:
        """The truth."""
        if text not in ("true", "false"):
            raise ValueError("Must be true or false")
        return text == "true"


class NumberFilter(ListFilter):
    """An amount that limits a column; `lookup` is gte or lte."""

    schema = {"type": "number"}

    def read(self, text: str) -> Any:
        """The exact number."""
        return parameters.read_number(text)


class DayFilter(ListFilter):
    """A day that limits a column; `lookup` is gte or lte."""

    schema = {"type": "string", "format": "date"}

    def read(self, text: str) -> date:
        """The day; a closing one may be beyond the end of its month."""
        return parameters.read_day(text, closing=self.lookup_expr == "lte")


class MomentFilter(ListFilter):
    """A day or moment that limits a time; `lookup` is gte or lte.  A day is whole, in the company's time zone.

    JSON tells times to the second, so a last moment takes in the whole of its second.
    """

    def read(self, text: str) -> date | datetime:
        """The day or moment."""
        return parameters.read_moment(text)

    def limit(self, value: date | datetime) -> datetime:
        """The first moment or the last."""
        closing = self.lookup_expr == "lte"
        if isinstance(value, datetime):
            return value.replace(microsecond=999_999) if closing else value
        # Where a clock goes back over midnight, the day ends with the second of its last hours.
        edge = time.max.replace(fold=1) if closing else time.min
        return datetime.combine(value, edge, ZoneInfo(self.parent.time_zone))


class TagsFilter(ListFilter):
    """All of several tags, whatever their case."""

    def read(self, text: str) -> list[str]:
        """The tags."""
        return parameters.read_tags(text)

    def condition(self, value: list[str]) -> Q:
        """The rows that have them all."""
        wanted = Value(value, output_field=ArrayField(TextField()))
        return Q(DataContains(without_case(F(self.field_name)), without_case(wanted)))


class ObjectFilter(ListFilter):
    """Belonging to another object, by its public id.  One that the company hasn't is NotFound, as in a path."""

    def __init__(self, column: str, model: type[CompanyOwnedModel], resource: str, *, about: str) -> None:
        self.object_model = model
        self.resource = resource
        super().__init__(column, about=about)

    def read(self, text: str) -> str:
        """The id; whether it exists shows when it is used."""
        return text

    def condition(self, value: str) -> Q:
        """The object's rows.  Raises NotFound."""
        return super().condition(by_public_id(self.object_model.objects.only("pk"), self.resource, value).pk)


class OwnerFilter(ListFilter):
    """Owned by a member, by the person's `user_…` id, or by nobody: `none`."""

    NOBODY = "none"

    def __init__(self) -> None:
        super().__init__("owner", about="Whose it is: a member's id, or `none` for nobody's")

    def read(self, text: str) -> str:
        """The id; whether it is a member's shows when it is used."""
        return text

    def condition(self, value: str) -> Q:
        """The member's rows.  Raises NotFound."""
        if value == self.NOBODY:
            return Q(owner=None)
        owner, _errors = read_owner(current_company_id(), value)
        if owner is None:
            raise NotFound("Member", value)
        return Q(owner=owner)
