"""Documents that are changed in one place."""

import json
from collections.abc import Callable
from typing import Any

from invoicing.einvoice.document import build
from invoicing.einvoice.tests.support import INVOICE

Change = Callable[[dict[str, Any]], object]


def changed(change: Change, facts: Any = INVOICE) -> bytes:
    """The document with a change of its Invoice element."""
    document = json.loads(build(facts))
    change(document["Invoice"][0])
    return json.dumps(document, separators=(",", ":")).encode()


def party(invoice: dict[str, Any], role: str) -> dict[str, Any]:
    found: dict[str, Any] = invoice[f"Accounting{role}Party"][0]["Party"][0]
    return found


def set_id(invoice: dict[str, Any], role: str, position: int, value: str) -> None:
    party(invoice, role)["PartyIdentification"][position]["ID"][0]["_"] = value


def set_phone(invoice: dict[str, Any], role: str, value: str) -> None:
    party(invoice, role)["Contact"][0]["Telephone"][0]["_"] = value


def set_line(invoice: dict[str, Any], role: str, value: str) -> None:
    party(invoice, role)["PostalAddress"][0]["AddressLine"][0]["Line"][0]["_"] = value


def make_nric(invoice: dict[str, Any], value: str) -> None:
    party(invoice, "Customer")["PartyIdentification"][1]["ID"] = [{"_": value, "schemeID": "NRIC"}]
