"""What is wrong with a change of an import."""

from collections.abc import Mapping
from typing import Any

from bigledger_crm.imports.files.dates import ORDERS
from bigledger_crm.imports.files.encodings import ENCODINGS
from bigledger_crm.imports.files.tables import DELIMITERS
from bigledger_crm.imports.inputs import ImportInput
from bigledger_crm.imports.kinds import ImportKind
from bigledger_crm.imports.mapping import dates_shown
from bigledger_crm.imports.models import Import
from bigledger_crm.imports.values import Reading, read_cell
from bigledger_crm.kernel.errors import FieldError, InvalidData, UnknownName, field_error
from bigledger_crm.kernel.inputs import given, given_or

_HIDDEN = "Your role does not see this custom field"


def check_settings(kind: ImportKind, job: Import, inputs: ImportInput) -> list[FieldError]:
    """The errors of how the file is to be read and what its columns are to be."""
    values: dict[str, Any] = given(inputs)
    errors: list[FieldError] = []
    for name, allowed in (
        ("encoding", ("", *ENCODINGS)),
        ("delimiter", ("", *DELIMITERS)),
        ("decimal_separator", (".", ",")),
        ("date_order", ("", *ORDERS)),
    ):
        if values.get(name, allowed[0]) not in allowed:
            errors += field_error(name, f"Must be one of: {', '.join(map(repr, filter(None, allowed)))}")
    sheets = [*job.contents.get("sheets", ()), *job.contents.get("hidden_sheets", ())]
    if values.get("sheet", "") not in ("", *sheets):
        errors += field_error("sheet", "The file has no such sheet")
    if not 0 <= values.get("heading_row", 0) <= 1000:
        errors += field_error("heading_row", "Must be between 1 and 1000, or 0 to find it")
    return [*errors, *_check_columns(kind, job, inputs), *_check_meanings(kind, inputs), *_check_defaults(kind, inputs)]


def require_visible_columns(kind: ImportKind, job: Import) -> None:
    """Raises InvalidData for columns, and values of all rows, that are hidden from the one whom the kind is for."""
    headings = job.contents.get("headings", ())
    columns = [heading for heading, name in zip(headings, job.mapping, strict=False) if name in kind.hidden]
    errors = [FieldError(("columns", UnknownName(heading)), _HIDDEN) for heading in columns]
    errors += [FieldError(("defaults", UnknownName(name)), _HIDDEN) for name in job.defaults if name in kind.hidden]
    if errors:
        raise InvalidData("Import", errors)


def _check_columns(kind: ImportKind, job: Import, inputs: ImportInput) -> list[FieldError]:
    errors: list[FieldError] = []
    headings = job.contents.get("headings", ())
    mapping = [inputs.mapped.get(heading, present) for heading, present in zip(headings, job.mapping, strict=False)]
    for heading, name in inputs.mapped.items():
        message = None
        if heading not in headings:
            message = "The file has no such column"
        elif name in kind.hidden:
            message = _HIDDEN
        elif name and kind.field(name) is None:
            message = f"“{name[:60]}” cannot be imported"
        elif name and mapping.count(name) > 1:
            message = "Two columns are the same field"
        errors += [FieldError(("columns", UnknownName(heading)), message)] if message else []
    if given_or(inputs.match_by, "") not in ("", *(name for name in kind.match_by if name in mapping)):
        errors += field_error("match_by", f"Must be a mapped one of: {', '.join(kind.match_by)}")
    return errors


def _check_meanings(kind: ImportKind, inputs: ImportInput) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in given_or(inputs.meanings, {}):
        known = kind.field(name)
        if known is None or known.offers is None:
            errors.append(FieldError(("meanings", UnknownName(name)), "Cells of this field have no other meanings"))
    return errors


def _check_defaults(kind: ImportKind, inputs: ImportInput) -> list[FieldError]:
    errors: list[FieldError] = []
    how = Reading(decimal_separator=given_or(inputs.decimal_separator, "."))
    for name, text in given_or(inputs.defaults, {}).items():
        known, message = kind.field(name), None
        if name in kind.hidden:
            message = _HIDDEN
        elif known is None or name in kind.match_by:
            message = f"“{name[:60]}” cannot be the same for all rows"
        elif text:
            try:
                read_cell(known, text, how)
            except ValueError as error:
                message = str(error)
        errors += [FieldError(("defaults", UnknownName(name)), message)] if message else []
    return errors


def require_date_order(kind: ImportKind, job: Import) -> None:
    """Nobody guesses whether the day or the month comes first.  Raises InvalidData where somebody has to say so."""
    examples = [] if job.date_order else dates_shown(kind, job.contents, job.mapping).get("", [])
    if examples:
        message = f"“{examples[0]}” can be read in two ways. Say whether the day or the month comes first"
        raise InvalidData("Import", field_error("date_order", message))


def require_decimal_separator(kind: ImportKind, job: Import) -> None:
    """Raises InvalidData for numbers that can be read in two ways, while nobody has said how."""
    unclear = job.contents.get("unclear", {})
    for heading, name in zip(job.contents.get("headings", ()), job.mapping, strict=False):
        known = kind.field(name) if name else None
        if known is not None and known.type == "number" and heading in unclear:
            message = f"“{unclear[heading]}” can be read in two ways. Say whether decimals follow a point or a comma"
            raise InvalidData("Import", field_error("decimal_separator", message))


def merged(present: Mapping[str, str], given_: Mapping[str, str]) -> dict[str, str]:
    """What there is with what is given; "" removes one."""
    return {name: text for name, text in {**present, **given_}.items() if text}
