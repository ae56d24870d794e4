"""Serializer fields that take exactly what they say: nothing is rounded, guessed or cast."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from bigledger_crm.api.codec import ExponentNumber
from bigledger_crm.kernel.money import decimals_of

_NUMBER = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,16})?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NumberField(serializers.Field[Decimal, Any, Any, Any]):
    """A JSON number or numeric string, exactly, with at most `decimals` decimals; no exponent, NaN or separators."""

    default_error_messages = {
        "invalid": "Must be a number",
        "decimals": "At most {decimals} allowed",
        "minimum": "Must be {minimum} or more",
        "maximum": "Must be {maximum} or less",
    }

    def __init__(
        self, *, decimals: int, minimum: int | None = None, maximum: int | None = None, **options: Any
    ) -> None:
        self.decimals = decimals
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Decimal:
        """The number, or a ValidationError."""
        if isinstance(data, bool | ExponentNumber) or not isinstance(data, int | Decimal | str):
            self.fail("invalid")
        written = f"{data:f}" if isinstance(data, Decimal) else str(data)
        if not _NUMBER.fullmatch(written):
            self.fail("invalid")
        value = Decimal(written)
        if decimals_of(value) > self.decimals:
            self.fail("decimals", decimals="1 decimal is" if self.decimals == 1 else f"{self.decimals} decimals are")
        if self.minimum is not None and value < self.minimum:
            self.fail("minimum", minimum=self.minimum)
        if self.maximum is not None and value > self.maximum:
            self.fail("maximum", maximum=self.maximum)
        return value


class AmountField(NumberField):
    """Money; whether it fits the currency's minor unit is checked where the currency is known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(decimals=4, **options)


class IntegerField(NumberField):
    """A whole number."""

    default_error_messages = {"invalid": "Must be a whole number", "decimals": "Must be a whole number"}

    def __init__(self, **options: Any) -> None:
        super().__init__(decimals=0, **options)

    def to_internal_value(self, data: Any) -> Any:
        """The number as int."""
        return int(super().to_internal_value(data))


class TextField(serializers.Field[str, Any, Any, Any]):
    """A text; null is none.  What it may hold is checked by the rules of its app; `choices` tells it to the reader."""

    default_error_messages = {"invalid": "Must be a text", "max_length": "At most {max_length} characters are allowed"}

    def __init__(self, *, max_length: int = 10_000, choices: Sequence[str] = (), **options: Any) -> None:
        self.max_length = max_length
        self.choices = choices
        options.setdefault("required", False)
        super().__init__(allow_null=True, **options)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null stands for the empty text."""
        return (True, "") if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> str:
        """The text, or a ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        if len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return str(data)


class DayField(serializers.Field[date, Any, Any, Any]):
    """A day as YYYY-MM-DD."""

    default_error_messages = {"invalid": "Must be a date such as 2024-01-31"}

    def to_internal_value(self, data: Any) -> date:
        """The day, or a ValidationError."""
        if not isinstance(data, str) or not _DAY.fullmatch(data):
            self.fail("invalid")
        try:
            return date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")


class MomentField(serializers.Field[datetime, Any, Any, Any]):
    """A moment with its zone, such as 2024-01-15T10:30:00Z."""

    default_error_messages = {"invalid": "Must be a date and time with a time zone, such as 2024-01-15T10:30:00Z"}

    def to_internal_value(self, data: Any) -> datetime:
        """The moment, or a ValidationError."""
        if not isinstance(data, str) or not _MOMENT.fullmatch(data):
            self.fail("invalid")
        try:
            return datetime.fromisoformat(data)
        except ValueError:
            self.fail("invalid")


class DayOrMomentField(serializers.Field[date, Any, Any, Any]):
    """A day, or a moment with its zone: a date or a datetime."""

    default_error_messages = {
        "invalid": "Must be a date such as 2024-01-31, or a date and time such as 2024-01-15T10:30:00Z"
    }

    def to_internal_value(self, data: Any) -> date:
        """The day or moment, or a ValidationError."""
        if not isinstance(data, str) or not (_DAY.fullmatch(data) or _MOMENT.fullmatch(data)):
            self.fail("invalid")
        try:
            given = datetime.fromisoformat(data) if "T" in data else date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")
        if not 1 < given.year < 9999:  # so that a time zone never leads out of the calendar
            self.fail("invalid")
        return given


class FlagField(serializers.Field[bool, Any, Any, Any]):
    """true or false."""

    default_error_messages = {"invalid": "Must be true or false"}

    def to_internal_value(self, data: Any) -> bool:
        """The flag, or a ValidationError."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return bool(data)


class ObjectField(serializers.Field[dict[str, Any], Any, Any, Any]):
    """A JSON object, whatever it holds."""

    default_error_messages = {"invalid": "Must be an object"}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The object, or a ValidationError."""
        if not isinstance(data, dict):
            self.fail("invalid")
        return dict(data)


class AnyField(serializers.Field[Any, Any, Any, Any]):
    """Any JSON value; rules say what is right."""

    def to_internal_value(self, data: Any) -> Any:
        """The value as it is."""
        return data


class TextListField(serializers.Field[list[str], Any, Any, Any]):
    """A list of texts.  Which of them the rules of an app take, `choices` tells to the reader."""

    default_error_messages = {"invalid": "Must be a list of texts", "max_length": "At most {limit} are allowed"}

    def __init__(self, *, limit: int = 100, choices: Sequence[str] = (), **options: Any) -> None:
        self.limit = limit
        self.choices = choices
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> list[str]:
        """The list, or a ValidationError."""
        if not isinstance(data, list) or not all(isinstance(part, str) for part in data):
            self.fail("invalid")
        if len(data) > self.limit:
            self.fail("max_length", limit=self.limit)
        return list(data)
