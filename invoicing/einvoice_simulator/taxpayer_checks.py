"""Step 5: whether the supplier and the buyer are taxpayers, with the numbers that they give."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from invoicing.einvoice.identifiers import (
    FOREIGN_BUYER_TIN,
    FOREIGN_SUPPLIER_TIN,
    GENERAL_PUBLIC_TIN,
    GENERAL_TINS,
    GOVERNMENT_TIN,
)
from invoicing.einvoice_simulator.code_checks import is_consolidated
from invoicing.einvoice_simulator.core_fields import NO_NRIC, NONE
from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.model import Document, Party
from invoicing.einvoice_simulator.taxpayers import Match, match
from invoicing.einvoice_simulator.ubl import Element

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

_SUPPLIER = "Invoice.AccountingSupplierParty.Party.PartyIdentification.ID"
_BUYER = "Invoice.AccountingCustomerParty.Party.PartyIdentification.ID"
GENERAL_PUBLIC = "General Public"


def check_taxpayers(simulator: "Simulator", document: Document, invoice: Element) -> list[Finding]:
    """What is wrong with who the parties are."""
    return [
        *_check_supplier(simulator, document),
        *_check_buyer(simulator, document.buyer, is_for_public=is_consolidated(invoice)),
    ]


def _check_supplier(simulator: "Simulator", document: Document) -> Iterator[Finding]:
    supplier = document.supplier
    if supplier.tin == FOREIGN_BUYER_TIN:
        yield finding("ERR208", _SUPPLIER)
    elif supplier.tin in GENERAL_TINS:
        if not document.is_self_billed:
            yield _mismatch(_SUPPLIER, "A supplier needs a TIN of its own")
    else:
        yield from _check_match(simulator, supplier, _SUPPLIER)


def _check_buyer(simulator: "Simulator", buyer: Party, *, is_for_public: bool) -> Iterator[Finding]:
    if buyer.tin not in GENERAL_TINS:
        yield from _check_match(simulator, buyer, _BUYER)
    elif buyer.tin == FOREIGN_SUPPLIER_TIN:
        yield finding("ERR208", _BUYER)
    elif buyer.tin == GENERAL_PUBLIC_TIN:
        yield from _check_general_public(buyer, is_for_public=is_for_public)
    elif buyer.tin == GOVERNMENT_TIN and buyer.id_type == "NRIC":
        yield finding("ERR205", _BUYER)


def _check_general_public(buyer: Party, *, is_for_public: bool) -> Iterator[Finding]:
    """010 is for who gives only an NRIC, or for a consolidated e-invoice, whose buyer is called General Public."""
    if is_for_public:
        if buyer.name != GENERAL_PUBLIC or buyer.id_number != NONE:
            yield finding("ERR205", _BUYER)
    elif buyer.id_number in (NONE, NO_NRIC):
        yield finding("ERR236", _BUYER)
    elif buyer.id_type != "NRIC":
        yield finding("ERR245", _BUYER)


def _check_match(simulator: "Simulator", party: Party, path: str) -> Iterator[Finding]:
    found = match(simulator, party.tin, party.id_type, party.id_number)
    if found is Match.UNKNOWN:
        yield finding("ERR406", path) if path == _BUYER else _mismatch(path, "The supplier's TIN is unknown")
    elif found is Match.OTHER_NUMBER:
        if party.id_type in ("NRIC", "ARMY"):
            yield finding("ERR206", path)
        else:
            yield _mismatch(path, f"The {party.id_type} does not match the TIN {party.tin}")


def _mismatch(path: str, english: str) -> Finding:
    return Finding(None, path, english, "TIN dan nombor pengenalan tidak sepadan")
