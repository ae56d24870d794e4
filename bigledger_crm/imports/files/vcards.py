"""vCards of versions 2.1, 3.0 and 4.0: one row for each person, under fixed headings."""

import binascii
import quopri
import re
from collections.abc import Iterator, Sequence

from bigledger_crm.imports.files.contents import Contents, FileError, ReadOptions, Row
from bigledger_crm.imports.files.encodings import decoded
from bigledger_crm.imports.files.rows import Table

HEADINGS = (
    *("Name", "Organisation", "Department", "Title", "Email", "Phone", "Mobile", "Website"),
    *("Street", "Street 2", "City", "State", "Postal code", "Country", "Note"),
)
_NAME = re.compile(r"(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[^:\"]*(?:\"[^\"]*\")?[^:\"]*)*):")


def read_vcards(content: bytes, options: ReadOptions) -> tuple[Contents, Iterator[Row]]:
    """How a file is read, and its rows.  Raises FileError."""
    text, encoding = decoded(content, options.encoding)
    contents = Contents(format="vcard", headings=[], encoding=encoding)
    lines: Iterator[tuple[int, Sequence[object], str]] = iter([(1, HEADINGS, "")])
    return contents, Table(contents, 1).rows(_chained(lines, _cards(text)))


def _chained(*parts: Iterator[tuple[int, Sequence[object], str]]) -> Iterator[tuple[int, Sequence[object], str]]:
    for part in parts:
        yield from part


def _cards(text: str) -> Iterator[tuple[int, Sequence[object], str]]:
    card: dict[str, str] | None = None
    began = 0
    for line, content in _unfolded(text):
        plain = content.strip().upper()
        if plain == "BEGIN:VCARD":
            if card is not None:
                yield began, _row(card), "This card has no end"
            card, began = {}, line
        elif plain == "END:VCARD" and card is not None:
            yield began, _row(card), ""
            card = None
        elif card is not None:
            _add(card, content)
    if card is not None:
        yield began, _row(card), "This card has no end"
    if not began:
        raise FileError("The file has no cards")


def _row(card: dict[str, str]) -> list[object]:
    if "Name" not in card and "Organisation" in card:
        card["Name"] = card["Organisation"]
    return [card.get(heading, "") for heading in HEADINGS]


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with what goes on in the next: after a space, and after = where a text is quoted-printable."""
    whole, began = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if whole.endswith("=") and "QUOTED-PRINTABLE" in whole.upper().partition(":")[0]:
            whole = whole[:-1] + line
        elif whole and line[:1] in (" ", "\t"):
            whole += line[1:]
        else:
            if whole:
                yield began, whole
            whole, began = line, number
    if whole:
        yield began, whole


def _add(card: dict[str, str], line: str) -> None:
    """Adds what a line says, if it is something that is read; of several emails or numbers the first counts."""
    found = _NAME.match(line)
    if found is None:
        return
    name, parameters = found["name"].upper(), found["parameters"].upper()
    value = _text(line[found.end() :], parameters)
    for heading, said in _facts(name, parameters, value):
        if said and (heading not in card or (heading == "Name" and name == "FN")):
            card[heading] = said


def _facts(name: str, parameters: str, value: str) -> list[tuple[str, str]]:
    if name == "FN":
        return [("Name", _plain(value))]
    parts = [_plain(part) for part in re.split(r"(?<!\\);", value)]
    parts += [""] * 7
    if name == "N":
        return [("Name", " ".join(filter(None, (parts[3], parts[1], parts[2], parts[0], parts[4]))))]
    if name == "ORG":
        return [("Organisation", parts[0]), ("Department", parts[1])]
    if name == "ADR":
        line2 = ", ".join(filter(None, (parts[0], parts[1])))
        places = zip(("Street", "City", "State", "Postal code", "Country"), parts[2:7], strict=True)
        return [*places, ("Street 2", line2)]
    if name == "TEL":
        if "FAX" in parameters or "PAGER" in parameters:
            return []
        return [("Mobile" if "CELL" in parameters else "Phone", _plain(value).removeprefix("tel:"))]
    simple = {"TITLE": "Title", "EMAIL": "Email", "URL": "Website", "NOTE": "Note"}
    return [(simple[name], _plain(value))] if name in simple else []


def _text(value: str, parameters: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters:
        return value
    charset = re.search(r"CHARSET=\"?([\w-]+)", parameters)
    try:
        return quopri.decodestring(value.encode()).decode(charset[1] if charset else "utf-8", "replace")
    except (LookupError, binascii.Error):
        return value


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
