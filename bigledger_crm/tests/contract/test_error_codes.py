"""The table of codes in the documentation has exactly those that the code can answer."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeGuard

from django.conf import settings

from bigledger_crm.api.schema.data import error_codes
from bigledger_crm.kernel.errors import DomainError, code_of

_PACKAGES = ("bigledger_crm", "customers", "sales", "invoicing")
# What names a resource in a code: the function, which of its texts that is, and the shape of the code.
_NAMING = {
    "NotFound": (0, "{}_NOT_FOUND"),
    "by_public_id": (0, "{}_NOT_FOUND"),
    "ObjectFilter": (1, "{}_NOT_FOUND"),
    "QuantityMessages": (2, "{}_NOT_FOUND"),
    "InvalidData": (0, "INVALID_{}_DATA"),
    "invalid_document": (0, "INVALID_{}_DATA"),
    "input": (0, "INVALID_{}_DATA"),
    "validated": (0, "INVALID_{}_DATA"),
}
# What only commands and pages answer.
_ELSEWHERE = {
    "AMBIGUOUS_ROW",  # of a row of an import, which is an answer and no refusal
    "DUPLICATE_ROW",
    "NUMBER_TAKEN",
    "CREDIT_NOTE_STAYS",  # why an undo keeps it
    "API_KEY_NOT_FOUND",
    "API_KEY_NOT_USABLE",
    "API_KEY_SHARED",
    "ARCHIVE_NOT_FOUND",
    "AUDIT_ENTRY_NOT_FOUND",
    "COMPANY_NAME_AMBIGUOUS",
    "COMPANY_NOT_FOUND",
    "CUSTOMERS_DIFFER",
    "CUSTOMER_IN_USE",
    "CUSTOMER_MAY_EXIST",
    "EINVOICES_NOT_SET_UP",
    "EINVOICE_SIMULATOR_MISSING",
    "FORM_USED_BEFORE",
    "INVALID_ACCOUNT_DATA",
    "INVALID_API_KEY_DATA",
    "INVALID_COMPANY_DATA",
    "INVALID_E_INVOICE_SETTINGS_DATA",
    "INVALID_INVITATION_DATA",
    "INVALID_MEMBER_DATA",
    "INVALID_RETENTION_DATA",
    "INVALID_NOTE_DATA",
    "INVALID_NUMBERING_DATA",
    "INVALID_SELECTION_DATA",
    "INVALID_TEMPLATE_DATA",
    "INVALID_VIEW_DATA",
    "INVITATION_CLOSED",
    "INVITATION_NOT_FOUND",
    "LAST_OWNER",
    "MAIL_NOT_FOUND",
    "MAIL_ON_ITS_WAY",
    "MEMBER_ALREADY",
    "ONLY_OPERATOR",
    "PAGE_NOT_FOUND",
    "SET_UP_ALREADY",
    "STATEMENT_FILE_NOT_FOUND",
    "TEMPLATE_NOT_FOUND",
    "TOO_MANY_ARCHIVES",
    "VIEW_NOT_FOUND",
}


def _sources() -> Iterator[ast.AST]:
    for package in _PACKAGES:
        for path in sorted(Path(settings.BASE_DIR, package).rglob("*.py")):
            if not {"tests", "testing", "migrations"} & set(path.parts):
                yield ast.parse(path.read_text())


def _named(tree: ast.AST) -> Iterator[tuple[str, int | None]]:
    """Each code that a file writes down, with its status where it stands beside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            constants = [(getattr(key, "value", None), getattr(value, "value", None)) for key, value in pairs]
            yield from ((code, status) for status, code in constants if isinstance(status, int) and _is_code(code))
        elif isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and _is_noun(node):
            yield f"INVALID_{code_of(str(node.value.value))}_DATA", None


def _is_noun(node: ast.Assign) -> bool:
    """Whether it names the object of a viewset, or the file that it takes, which its errors do too."""
    return [getattr(target, "id", "") for target in node.targets] in (["noun"], ["upload_noun"])


def _called(node: ast.Call) -> Iterator[tuple[str, int | None]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    constants = [part.value for part in node.args if isinstance(part, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)]
    if name in ("ApiError", "failure") and texts and _is_code(texts[0]):
        yield texts[0], constants[0] if isinstance(constants[0], int) else None
    elif name in _NAMING and texts:
        position, shape = _NAMING[name]
        yield shape.format(code_of(texts[position])), None


def _is_code(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", value) is not None


def _declared(kind: type[DomainError] = DomainError) -> Iterator[tuple[str, int]]:
    """The codes and statuses of the classes of errors, all of which the views import."""
    import_module(settings.ROOT_URLCONF)
    for below in kind.__subclasses__():
        if "code" in vars(below) and ".tests." not in below.__module__:
            yield below.code, below.status
        yield from _declared(below)


def _documented() -> dict[str, int]:
    return {code: error.status for name, error in error_codes().items() for code in error.codes(name)}


def test_every_code_of_the_code_is_documented_and_no_other() -> None:
    named = {code for tree in _sources() for code, _ in _named(tree)}
    found = (named | {code for code, _ in _declared()}) - _ELSEWHERE
    assert (sorted(found - _documented().keys()), sorted(_documented().keys() - found)) == ([], [])


def test_the_documented_status_is_that_of_the_code() -> None:
    named = {pair for tree in _sources() for pair in _named(tree)}
    told = {(code, status) for code, status in named | set(_declared()) if status is not None}
    assert [(code, status) for code, status in sorted(told) if _documented().get(code, status) != status] == []
