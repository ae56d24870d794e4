"""Which field each column of a file is likely to be: by what it is called, and by what it says."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bigledger_crm.imports.files.contents import Cell
from bigledger_crm.imports.files.dates import ORDERS
from bigledger_crm.imports.kinds import LINES, ImportKind, ImportSource
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.money import is_currency
from bigledger_crm.kernel.text import clean_line, fold

# The last column of the file of rejected rows: it is no column of the file.
REASON = "Rejected because"


@dataclass(frozen=True)
class Proposal:
    """The fields of the columns, "" for none; by which of them objects are found; and whose export the file is.

    `defaults` are those of such an export.
    """

    mapping: list[str]
    match_by: str
    source: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)


def propose(kind: ImportKind, headings: Sequence[str], sample: Sequence[Sequence[Cell]]) -> Proposal:
    """What the columns are likely to be, no field twice."""
    source = source_of(kind, headings)
    if source is not None:
        columns = {plain(heading): name for heading, name in source.columns.items()}
        mapping = [columns.get(plain(heading), "") for heading in headings]
        return Proposal(_each_once(mapping, sample), source.match_by, source.name, source.defaults)
    named = _totals_without_lines(kind, headings, sample, [_by_name(kind, one) for one in headings])
    mapping = _each_once(named, sample)
    mapping = _parts_of_lines(kind, _with_currencies(kind, headings, mapping), sample)
    email = next((one.name for one in kind.fields if one.type == "email"), "")
    if email and email not in mapping:
        places = [place for place, name in enumerate(mapping) if not name and _are_emails(sample, place)]
        for place in places[:1]:
            mapping[place] = email
    return Proposal(mapping, best_match(kind, mapping))


def source_of(kind: ImportKind, headings: Sequence[str]) -> ImportSource | None:
    """Whose export a file with these headings is, if it is known."""
    found = set(map(plain, headings))
    known = [source for source in kind.sources if found.issuperset(map(plain, source.known_by))]
    return max(known, key=lambda source: len(source.known_by), default=None)


def best_match(kind: ImportKind, mapping: Sequence[str]) -> str:
    """By which of the mapped fields objects are found."""
    return next((name for name in kind.match_by if name in mapping), "")


def dates_shown(kind: ImportKind, contents: Mapping[str, Any], mapping: Sequence[str]) -> dict[str, list[str]]:
    """Examples of the columns that are dates, by what they show: one of ORDERS, or "" for two ways to read them."""
    found: dict[str, list[str]] = {}
    for heading, name in zip(contents.get("headings", ()), mapping, strict=False):
        known = kind.field(name) if name else None
        if known is not None and known.type == "date":
            for shown, examples in contents.get("dates", {}).get(heading, {}).items():
                found.setdefault(shown, []).extend(examples)
    return found


def date_order_of(shown: Mapping[str, Sequence[str]]) -> str:
    """The order of day and month that dates show; "" where they show none, or both."""
    orders = [order for order in ORDERS if shown.get(order)]
    return orders[0] if len(orders) == 1 else ""


def digest_of(headings: Sequence[str]) -> str:
    """What tells files with the same headings."""
    return hashlib.sha256("\n".join(plain(one) for one in headings if one != REASON).encode()).hexdigest()


def plain(heading: str) -> str:
    """A heading by its letters and digits only: *Customer No.* and `customer_no` are the same."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return " ".join(re.findall(r"\w+", fold(spaced).replace("_", " ")))


def _by_name(kind: ImportKind, heading: str) -> str:
    name = plain(heading)
    for one in kind.fields:
        if name in (plain(one.name), plain(str(one.label)), *one.known_as):
            return one.name
    return ""


def _with_currencies(kind: ImportKind, headings: Sequence[str], mapping: Sequence[str]) -> list[str]:
    """The fields, also of columns whose headings end in a currency, such as *Unit price MYR*."""
    found = list(mapping)
    for place, heading in enumerate(headings):
        words, _space, last = heading.strip().rpartition(" ")
        name = _by_name(kind, words) if not found[place] and is_currency(last.strip("()")) else ""
        if name and name not in found:
            found[place] = name
    return found


def _totals_without_lines(
    kind: ImportKind, headings: Sequence[str], sample: Sequence[Sequence[Cell]], mapping: Sequence[str]
) -> list[str]:
    """The fields, with totals for columns such as *Tax* that would be the only ones of a line."""
    found = list(mapping)
    totals = {word: one.name for one in kind.fields for word in one.known_without_lines}
    places = [place for place, heading in enumerate(headings) if plain(heading) in totals]
    if any(name.startswith(f"{LINES}.") for place, name in enumerate(mapping) if place not in places):
        return found
    for place in places:
        if _are_numbers(sample, place):
            found[place] = totals[plain(headings[place])]
    return found


def _parts_of_lines(kind: ImportKind, mapping: Sequence[str], sample: Sequence[Sequence[Cell]]) -> list[str]:
    """The fields, with those of lines for what differs among the rows of one object."""
    found, match_by = list(mapping), best_match(kind, mapping)
    if match_by not in kind.lines_by:
        return found
    for place, name in enumerate(mapping):
        part = f"{LINES}.{name}"
        if (
            name != match_by
            and part not in found
            and kind.field(part)
            and _differs(sample, found.index(match_by), place)
        ):
            found[place] = part
    return found


def _differs(sample: Sequence[Sequence[Cell]], told_by: int, place: int) -> bool:
    """Whether a column says different things in rows with the same in the column that tells them apart."""
    said: dict[str, set[str]] = {}
    for row in sample:
        key, cell = (clean_line(str(row[at])).upper() if at < len(row) else "" for at in (told_by, place))
        if key and cell:
            said.setdefault(key, set()).add(cell)
    return any(len(texts) > 1 for texts in said.values())


def _each_once(mapping: Sequence[str], sample: Sequence[Sequence[Cell]]) -> list[str]:
    """Of several columns of a field the first that says something, else the first."""
    best: dict[str, int] = {}
    for place, name in enumerate(mapping):
        if name not in best or (not _cells(sample, best[name]) and _cells(sample, place)):
            best[name] = place
    return [name if best[name] == place else "" for place, name in enumerate(mapping)]


def _cells(sample: Sequence[Sequence[Cell]], place: int) -> list[str]:
    """What a column says, where it says something."""
    return [str(row[place]) for row in sample if place < len(row) and row[place] != ""]


def _are_emails(sample: Sequence[Sequence[Cell]], place: int) -> bool:
    cells = _cells(sample, place)
    return bool(cells) and all(map(is_email_address, cells))


def _are_numbers(sample: Sequence[Sequence[Cell]], place: int) -> bool:
    cells = _cells(sample, place)
    return bool(cells) and not any(re.search(r"[^\W\d_]|%", cell) or not re.search(r"\d", cell) for cell in cells)
