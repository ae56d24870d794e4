"""Steps 3 and 6: whether a document was sent before, and whether the documents that it refers to are there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from invoicing.einvoice.facts import NOTES
from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.model import Document

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

SAME_DOCUMENT = timedelta(hours=2)
NOT_ON_MYINVOIS = ("NA", "NA")
_PATH = "Invoice.BillingReference.InvoiceDocumentReference"


def check_duplicate(simulator: "Simulator", document: Document) -> list[Finding]:
    """The error of a document that was received in the two hours before, with the same time of issue."""
    for other in simulator.store.documents_since(document.received_at - SAME_DOCUMENT):
        if other.uuid == document.uuid:
            break
        if other.status != "Invalid" and _marks(other) == _marks(document):
            return [finding("DV302")]
    return []


def _marks(document: Document) -> tuple[object, ...]:
    return (document.kind, document.version, document.issued_at, document.number, document.issuer.tin)


def check_references(simulator: "Simulator", document: Document) -> list[Finding]:
    """What is wrong with the documents that a note corrects."""
    if document.kind not in NOTES:
        return []
    if not document.references:
        return [_wrong(_PATH, "A note needs the document that it corrects")]
    return [found for reference in document.references for found in _check(simulator, document, *reference)]


def _check(simulator: "Simulator", document: Document, number: str, uuid: str) -> Iterator[Finding]:
    if (number, uuid) == NOT_ON_MYINVOIS:
        return
    original = simulator.store.document(uuid)
    if original is None:
        yield _wrong(f"{_PATH}.UUID", f"The document {uuid} does not exist")
        return
    if original.status != "Valid":
        yield finding("DR303", f"{_PATH}.UUID")
    if original.number != number:
        yield _wrong(f"{_PATH}.ID", f"The number of {uuid} is not {number}")
    if original.supplier.tin != document.supplier.tin:
        yield _wrong(f"{_PATH}.UUID", "The supplier differs from that of the referenced document")
    if (original.buyer.tin, original.buyer.id_number) != (document.buyer.tin, document.buyer.id_number):
        yield finding("DR308", f"{_PATH}.UUID")


def _wrong(path: str, english: str) -> Finding:
    return Finding(None, path, english, "Rujukan dokumen tidak sah")
