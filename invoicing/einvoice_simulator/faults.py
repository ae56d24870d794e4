"""Failures on demand: by the control API, once, several times or until cleared; or by the text of a document.

A line whose description has SIM:CF324 makes its document Invalid with that code, SIM:REJECT:CF324 has it rejected when
it is submitted, and SIM:too_many_requests and the like make that fault happen once for each document number.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from invoicing.einvoice_simulator.findings import code_of
from invoicing.einvoice_simulator.model import Fault, Happened
from invoicing.einvoice_simulator.ubl import Element, children, text

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.store import Store

# What they do is said in docs/einvoice.md.
ANY_CALL = (
    "too_many_requests",
    "maintenance_503",
    "maintenance_403",
    "token_expired",
    "server_error",
    "connection_cut",
)
TOKEN = ("secret_revoked", "permission_ended")
SUBMIT = ("duplicate_submission", "opaque_validation_error")
DOCUMENTS = (
    "all_rejected",
    "partly_accepted",
    "partly_valid",
    "stuck_submitted",
    "hidden_for_a_minute",
    "already_valid",
    "clock_skew",
    "invalid",
    "unknown_code",
    "duplicate_document",
)
DISTORTIONS = ("truncated_answer", "casing", "unknown_fields")
NAMES = (*ANY_CALL, *TOKEN, *SUBMIT, *DOCUMENTS, "timeout_after_accept", *DISTORTIONS)
UNKNOWN_CODE = "XX999"
_ASKED = re.compile(r"SIM:(REJECT:)?(\w+)")


class Faults:
    """The failures that were asked for."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def add(self, fault: Fault) -> None:
        """Asks for a failure.  Raises ValueError for a name that isn't known."""
        if fault.name not in NAMES:
            raise ValueError(f"{fault.name} is none of the faults: {', '.join(NAMES)}")
        position = max((int(key) for key in self._keys()), default=0) + 1
        self._store.put(f"{position:09}", fault)

    def all(self) -> list[Fault]:
        """Those that are still to happen."""
        return list(self._keys().values())

    def clear(self) -> None:
        """Forgets all of them."""
        self._store.replace_all(Fault, {})

    def take(self, names: Iterable[str], endpoint: str, numbers: Sequence[str] = ()) -> Fault | None:
        """The first one that is to happen now, which then has happened once more."""
        keys = self._keys()
        for key, fault in keys.items():
            if fault.name in names and _concerns(fault, endpoint, numbers):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        del keys[key]
                self._store.replace_all(Fault, keys)
                return fault
        return None

    def take_asked(self, names: Iterable[str], asked: Iterable[tuple[str, str]]) -> Fault | None:
        """The first one that a document's text asks for, once for its number; `asked` are numbers and names."""
        for number, name in asked:
            key = f"{name} {number}"
            if name in names and self._store.get(Happened, key) is None:
                self._store.put(key, Happened(name, number))
                return Fault(name)
        return None

    def _keys(self) -> dict[str, Fault]:
        return self._store.all_by_key(Fault)


def _concerns(fault: Fault, endpoint: str, numbers: Sequence[str]) -> bool:
    if fault.endpoint and fault.endpoint != endpoint:
        return False
    return not fault.prefix or any(number.startswith(fault.prefix) for number in numbers)


def asked_by(invoice: Element) -> tuple[list[str], str, str]:
    """What a document's descriptions ask for: faults, a code to be Invalid with, a code to be rejected with."""
    names, invalid, rejected = [], "", ""
    for line in children(invoice, "InvoiceLine", "Item"):
        for rejects, word in _ASKED.findall(text(line, "Description")):
            if word in NAMES:
                names.append(word)
            elif rejects:
                rejected = code_of(word)
            else:
                invalid = code_of(word)
    return names, invalid, rejected
