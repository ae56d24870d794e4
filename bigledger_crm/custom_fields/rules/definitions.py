"""What a valid custom field is."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.rules.values import FIELD_TYPES, UNIQUE_TYPES, Field, clean_value, is_empty
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.inputs import given
from bigledger_crm.kernel.text import camel_case, clean_line, fold

MAX_LABEL = 60
MAX_CHOICES = 100
MAX_DECIMALS = 6
# What an object has that has its own name in the API too is never a custom field: they are in an object of their own.
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
FIXED = ("object_type", "key", "type")


def key_of_label(label: str) -> str:
    """A key made of a label: `Industry sector` -> `industrySector`; "" where no letter is left."""
    words = re.findall(r"[a-z0-9]+", fold(label))
    return camel_case("_".join(words).lstrip("0123456789_"))[:60]


def clean_definition(
    inputs: CustomFieldInput,
    stored: Field | None,
    *,
    object_type: str = "",
    object_types: Collection[str],
    printed_types: Collection[str],
    roles: Sequence[str],
    currency_decimals: int,
    is_member: Callable[[str], bool],
) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of what was given of a field, and what is wrong with it; `stored` is None for a new one.

    `object_types` are those that can have fields, `printed_types` those of which there are PDFs; that of a stored field
    is `object_type`.  `roles` are those that there are.
    """
    values = {name: value for name, value in given(inputs).items() if stored is None or name not in FIXED}
    errors = _required(inputs) if stored is None else _fixed(inputs, stored)
    if inputs.label is not UNSET:
        values["label"] = clean_line(inputs.label)
        if not 0 < len(values["label"]) <= MAX_LABEL:
            errors += field_error("label", f"Label must have 1 to {MAX_LABEL} characters")
    if stored is None:
        values["key"] = values.get("key") or key_of_label(values.get("label", ""))
        errors += _known(values, object_types)
    kind = values.get("type", stored.type if stored else "")
    errors += _check_roles(values, roles)
    if values.get("show_on_paper") and values.get("object_type", object_type) not in printed_types:
        errors += field_error("show_on_paper", f"Only fields of these are shown on PDFs: {', '.join(printed_types)}")
    if kind not in FIELD_TYPES:
        return values, errors
    errors += _check_choices(values, kind, is_new=stored is None)
    errors += _check_decimals(values, kind)
    is_unique = values.get("is_unique", stored.is_unique if stored else False)
    if is_unique and kind not in UNIQUE_TYPES:
        errors += field_error("is_unique", f"Only these can be unique: {', '.join(UNIQUE_TYPES)}")
    if not 0 <= values.get("position", 0) <= 1000:
        errors += field_error("position", "Position must be between 0 and 1000")
    if not errors:
        decimals = currency_decimals if kind == "money" else values.get("decimals", stored.decimals if stored else 0)
        choices = values.get("choices", stored.choices if stored else ())
        errors += _check_default(values, stored, kind, tuple(choices), decimals, is_unique, is_member)
    return values, errors


def _required(inputs: CustomFieldInput) -> list[FieldError]:
    needed = ("object_type", "label", "type")
    return [FieldError((name,), "This field is required") for name in needed if getattr(inputs, name) in (UNSET, "")]


def _fixed(inputs: CustomFieldInput, stored: Field) -> list[FieldError]:
    """Values are stored under the key and in the type: another key or type is another field."""
    others = {"key": stored.key, "type": stored.type}
    return [
        FieldError((name,), "This cannot be changed; delete the field and add another one")
        for name, present in others.items()
        if getattr(inputs, name) not in (UNSET, present)
    ]


def _known(values: dict[str, Any], object_types: Collection[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    if values.get("object_type") and values["object_type"] not in object_types:
        errors += field_error("object_type", f"Object type must be one of: {', '.join(object_types)}")
    if values.get("type") and values["type"] not in FIELD_TYPES:
        errors += field_error("type", f"Type must be one of: {', '.join(FIELD_TYPES)}")
    if values.get("label") and not _KEY.fullmatch(values["key"]):
        message = "A key has up to 60 letters, digits, hyphens and underscores, and begins with a letter"
        errors += field_error("key", message)
    return errors


def _check_choices(values: dict[str, Any], kind: str, *, is_new: bool) -> list[FieldError]:
    """Spreadsheets separate several choices by commas, semicolons and bars, so that none has one."""
    given_choices: Sequence[str] = values.get("choices", ())
    if kind not in ("choice", "choices"):
        return field_error("choices", "Only fields of type choice or choices have choices") if given_choices else []
    if "choices" not in values and not is_new:
        return []
    choices = [clean_line(choice) for choice in given_choices]
    values["choices"] = choices
    if not 0 < len(choices) <= MAX_CHOICES:
        return field_error("choices", f"Give 1 to {MAX_CHOICES} choices")
    if any(not 0 < len(choice) <= 100 or set(choice) & set(",;|") for choice in choices):
        return field_error("choices", "A choice has 1 to 100 characters and no comma, semicolon or bar")
    if len({choice.casefold() for choice in choices}) < len(choices):
        return field_error("choices", "Two choices are the same")
    return []


def _check_roles(values: dict[str, Any], roles: Sequence[str]) -> list[FieldError]:
    """Each once, in their order."""
    if not set(values.get("roles", ())) <= set(roles):
        return field_error("roles", f"Roles must be one or more of: {', '.join(roles)}")
    if "roles" in values:
        values["roles"] = [role for role in roles if role in values["roles"]]
    return []


def _check_decimals(values: dict[str, Any], kind: str) -> list[FieldError]:
    decimals = values.get("decimals", 0)
    if decimals and kind != "number":
        return field_error("decimals", "Only numbers have decimals of their own")
    if not 0 <= decimals <= MAX_DECIMALS:
        return field_error("decimals", f"Decimals must be between 0 and {MAX_DECIMALS}")
    return []


def _check_default(
    values: dict[str, Any],
    stored: Field | None,
    kind: str,
    choices: tuple[str, ...],
    decimals: int,
    is_unique: bool,
    is_member: Callable[[str], bool],
) -> list[FieldError]:
    default = values.get("default_value", stored.default_value if stored else None)
    if is_empty(default):
        if "default_value" in values:
            values["default_value"] = None
        return []
    if is_unique:
        return field_error("default_value", "A field that is unique has no default")
    field = Field(id=UUID(int=0), key="", label="", type=kind, choices=choices, decimals=decimals)
    try:
        cleaned = clean_value(field, default, is_member)
    except ValueError as error:
        return field_error("default_value", str(error))
    if "default_value" in values:
        values["default_value"] = cleaned
    return []
