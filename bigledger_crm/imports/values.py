"""What the cells of a row mean: texts and numbers into the values of fields."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pycountry
from babel import Locale

from bigledger_crm.imports.files.contents import Cell
from bigledger_crm.imports.files.dates import read_date
from bigledger_crm.imports.kinds import CUSTOM_FIELDS, LINES, ImportField, ImportKind
from bigledger_crm.imports.models import Import
from bigledger_crm.kernel.errors import FieldError, Path, UnknownName
from bigledger_crm.kernel.text import clean_line, fold, snake_case
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import current_company_id

_YES = frozenset({"yes", "y", "true", "t", "1", "x", "on", "active", "ja", "ya", "enabled"})
_NO = frozenset({"no", "n", "false", "f", "0", "off", "inactive", "archived", "nein", "tidak", "disabled"})
_NUMBER = re.compile(r"(?P<sign>[-−]?)(?P<number>\d[\d.,'’ ]*|[.,]\d+)", re.ASCII)
_CURRENCY_BEFORE = re.compile(r"^(?:[A-Z]{2,3}|[$€£¥])\s*(?=[-−\d.,])|(?<=\d)\s*(?:[A-Z]{3}|[€£¥%])$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the cells of an import are read.

    `meanings` are, by field, what texts of cells stand for; `defaults` what rows say that have nothing in a field.
    """

    decimal_separator: str = "."
    date_order: str = ""
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


def values_of(
    kind: ImportKind, mapping: Sequence[str], cells: Sequence[Cell], how: Reading
) -> tuple[dict[str, Any], list[FieldError]]:
    """The values of the fields that have something in a row, and what is wrong with cells."""
    said = {name: cell for name, cell in zip(mapping, cells, strict=False) if name and cell != ""}
    if kind.lines_by and not any(name.startswith(f"{LINES}.") for name in said):
        usual = {name: text for name, text in how.defaults.items() if not name.startswith(f"{LINES}.")}
    else:
        usual = dict(how.defaults)
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, cell in (usual | said).items():
        known = kind.field(name)
        if known is None:
            continue
        try:
            values[name] = read_cell(known, cell, how)
        except ValueError as error:
            errors.append(FieldError(path_of(name), str(error)))
    return values, errors


def reading_of(job: Import) -> Reading:
    """How the cells of an import are read now."""
    return Reading(
        decimal_separator=job.decimal_separator,
        date_order=job.date_order,
        meanings={
            name: {fold(text): meaning for text, meaning in texts.items()} for name, texts in job.meanings.items()
        },
        defaults=job.defaults,
    )


def read_cell(known: ImportField, cell: Cell, how: Reading) -> Any:
    """The value of a cell.  Raises ValueError."""
    return _READERS[known.type](known, _meant(how, known.name, cell), how)


def _meant(how: Reading, name: str, cell: Cell) -> Cell:
    """What a cell stands for."""
    meanings = how.meanings.get(name)
    return meanings.get(fold(str(cell)), cell) if meanings else cell


def path_of(name: str) -> Path:
    """The path of a field in errors; the keys of custom fields are as the company wrote them."""
    whole, _dot, part = name.partition(".")
    if whole == CUSTOM_FIELDS and part:
        return (snake_case(whole), UnknownName(part))
    return tuple(map(snake_case, name.split(".")))


def read_number(cell: Cell, separator: str) -> Decimal:
    """The number of a cell; those of texts have decimals after `separator`.  Raises ValueError."""
    if not isinstance(cell, str):
        return Decimal(str(cell))
    text = _CURRENCY_BEFORE.sub("", clean_line(cell).replace("\u00a0", " "))
    text = _CURRENCY_BEFORE.sub("", text)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f"“{_short(cell)}” is not a number")
    whole, point, decimals = found["number"].partition(separator)
    grouping = "," if separator == "." else r"\."
    if not re.fullmatch(rf"\d*|\d{{1,3}}(?:[{grouping}'’ ]\d{{3}})+", whole) or not re.fullmatch(r"\d*", decimals):
        other = "comma" if separator == "." else "point"
        raise ValueError(f"“{_short(cell)}” is not a number; if decimals follow a {other}, say so in the import")
    number = Decimal(f"{re.sub(r'[^0-9]', '', whole) or '0'}{'.' if point else ''}{decimals}")
    return -number if found["sign"] else number


def written(known: ImportField | None, cell: Cell, separator: str) -> str:
    """A cell as a text that says the same in a file.

    The number of a workbook has its decimals after `separator`, and never three of them: those could be thousands.
    """
    if isinstance(cell, str) or (known is not None and known.type not in ("number", "whole")):
        return str(cell)
    whole, point, decimals = format(Decimal(str(cell)), "f").partition(".")
    return f"{whole}{separator if point else ''}{decimals}{'0' if len(decimals) == 3 else ''}"


def _text(_known: ImportField, cell: Cell, _how: Reading) -> str:
    return str(cell)


def _number(_known: ImportField, cell: Cell, how: Reading) -> Decimal:
    return read_number(cell, how.decimal_separator)


def _date(_known: ImportField, cell: Cell, how: Reading) -> date:
    return read_date(cell, how.date_order)


def _whole(_known: ImportField, cell: Cell, how: Reading) -> int:
    """A whole number, also among words that have one only, such as *Net 30*."""
    digits = re.findall(r"\d+", str(cell)) if isinstance(cell, str) else []
    words = re.search(r"[^\W\d_]", str(cell))
    number = Decimal(digits[0]) if words and len(digits) == 1 else read_number(cell, how.decimal_separator)
    if number != number.to_integral_value() or abs(number) >= 10**9:
        raise ValueError(f"“{_short(cell)}” is not a whole number")
    return int(number)


def _yes_no(_known: ImportField, cell: Cell, _how: Reading) -> bool:
    word = fold(str(cell))
    if word not in _YES | _NO:
        raise ValueError(f"“{_short(cell)}” is neither yes nor no")
    return word in _YES


def _choice(known: ImportField, cell: Cell, _how: Reading) -> str:
    """What the cell says, if it is known; else the service says what it thinks of it, unless a choice is needed."""
    found = known.choices.get(fold(str(cell)))
    if found is None and known.needs_choice and known.offers is not None:
        *words, last = [str(label) for _choice, label in known.offers()]
        raise ValueError(
            f"“{_short(cell)}” is not understood. Write {', '.join(words)} or {last}, say in the import which of these "
            "it stands for, or leave the column out"
        )
    return found if found is not None else str(cell)


def _list(_known: ImportField, cell: Cell, _how: Reading) -> list[str]:
    return [part for part in map(clean_line, re.split(r"[,;|\n]", str(cell))) if part]


def _member(_known: ImportField, cell: Cell, _how: Reading) -> str:
    """The id of the member with an email address, or of the only one with a name; the service says what it thinks of
    anything else."""
    people, text = User.objects.filter(memberships__company=current_company_id()), clean_line(str(cell))
    found = people.filter(email=text.lower())[:1] or people.filter(name__iexact=text)[:2]
    return found[0].public_id if text and len(found) == 1 else str(cell)


def _country(_known: ImportField, cell: Cell, _how: Reading) -> str:
    return country_code(str(cell))


@lru_cache(maxsize=1024)
def country_code(name: str) -> str:
    """The code of a country by its name, in English or its own languages, or by one of its codes; or what was given."""
    word = fold(name)
    return _countries().get(word, name)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    locales = [Locale(language) for language in ("en", "de", "ms", "zh", "fr", "es", "id")]
    for country in pycountry.countries:
        code = country.alpha_2
        names = [code, country.alpha_3, country.name, getattr(country, "common_name", ""), *_usual(code)]
        names += [locale.territories.get(code, "") for locale in locales]
        for name in filter(None, names):
            found.setdefault(fold(name), code)
    return found


def _usual(code: str) -> Sequence[str]:
    return {"GB": ("uk", "great britain"), "US": ("usa", "united states of america"), "AE": ("uae",)}.get(code, ())


def _short(cell: Cell) -> str:
    return clean_line(str(cell))[:40]


_READERS: dict[str, Callable[[ImportField, Cell, Reading], Any]] = {
    "text": _text,
    "email": _text,
    "number": _number,
    "whole": _whole,
    "yes_no": _yes_no,
    "choice": _choice,
    "list": _list,
    "country": _country,
    "date": _date,
    "member": _member,
}
