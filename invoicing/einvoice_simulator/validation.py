"""The validation in the background: when a document is due, its steps are run, and it is Valid or Invalid."""

from datetime import timedelta
from typing import TYPE_CHECKING

from invoicing.einvoice_simulator.findings import STEPS, Finding, sample, step_of, step_result
from invoicing.einvoice_simulator.model import Document
from invoicing.einvoice_simulator.steps import checks
from invoicing.einvoice_simulator.ubl import parse

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator


KEPT = timedelta(days=92)  # as long as in LHDN's sandbox


def settle(simulator: "Simulator") -> None:
    """Validates the documents that are due, in their order, and forgets those that are three months old."""
    now = simulator.clock.now()
    simulator.store.purge(now - KEPT)
    due = [document for document in simulator.store.submitted() if document.due_at <= now]
    for document in sorted(due, key=lambda one: one.due_at):
        _validate(simulator, document)


def _validate(simulator: "Simulator", document: Document) -> None:
    findings = _findings(simulator, document)
    document.validated_at = document.due_at
    document.status = "Invalid" if any(findings.values()) else "Valid"
    document.steps = [step_result(step, findings.get(step, [])) for step in STEPS]
    if document.status == "Valid":
        document.long_id = simulator.ids.new_long_id()
        simulator.notify(document.issuer.tin, 7, f"{document.number} was validated")
        simulator.notify(document.receiver.tin, 6, f"{document.issuer.name} issued {document.number}")
    simulator.store.save_document(document)


def _findings(simulator: "Simulator", document: Document) -> dict[int, list[Finding]]:
    """What each step finds; only what was asked for, if something was."""
    if document.forced_code:
        return {step_of(document.forced_code): [sample(document.forced_code)]}
    source = simulator.store.source(document.uuid)
    invoice = parse(source)
    return {step: check(simulator, document, invoice, source) for step, check in checks().items()}
