"""Texts as people sort and compare them: `INV-2026-9999` comes before `INV-2026-10000`, and `VIP` is `vip`."""

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Upper

_DIGITS = 20


def number_sort_key(column: str) -> models.GeneratedField:
    """What `column` is sorted by: without case, its runs of digits filled up with zeros.  The database keeps it."""
    text = models.TextField(db_collation="C")
    filled = _replaced(Upper(F(column)), r"\d+", "0" * _DIGITS + r"\&", text)
    key = _replaced(filled, rf"0*(\d{{{_DIGITS},}})", r"\1", text)
    return models.GeneratedField(expression=key, output_field=text, db_persist=True)


def sort_key_of(text: str) -> str:
    """What `number_sort_key` makes of a text; of letters whose upper case is disputed perhaps another one."""
    filled = re.sub("[0-9]+", lambda found: "0" * _DIGITS + found[0], text.upper())
    return re.sub(f"0*([0-9]{{{_DIGITS},}})", r"\1", filled)


def without_case(texts: Any) -> Func:
    """A list of texts in lower case, in the database; both sides of a comparison have to go through it."""
    return Func(texts, function="texts_without_case", output_field=ArrayField(models.TextField()))


def _replaced(source: "Func | F", pattern: str, by: str, output_field: "models.TextField[str, str]") -> Func:
    parts = (Value(pattern), Value(by), Value("g"))
    return Func(source, *parts, function="regexp_replace", output_field=output_field)
