"""The faults that happen to one submission, asked for by the control API or by the documents themselves."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from invoicing.einvoice_simulator import faults
from invoicing.einvoice_simulator.findings import Finding, sample
from invoicing.einvoice_simulator.http_messages import Response
from invoicing.einvoice_simulator.injected import fail_before
from invoicing.einvoice_simulator.model import Fault
from invoicing.einvoice_simulator.ubl import Element

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

HELD_SECONDS = 75.0
_FORCED = {"unknown_code": faults.UNKNOWN_CODE, "duplicate_document": "DV302"}


@dataclass(slots=True)
class Incoming:
    """A document of a submission, as far as it could be read; `findings` are why it is rejected."""

    number: str
    source: bytes = b""
    invoice: Element = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    forced_code: str = ""
    uuid: str = ""


class SubmissionFaults:
    """Takes them one by one, as the submission goes on."""

    def __init__(self, simulator: "Simulator", incoming: list[Incoming]) -> None:
        self.simulator, self.incoming = simulator, incoming
        self.numbers = [one.number for one in incoming]
        self.is_cut = False

    def take(self, *names: str) -> Fault | None:
        """The first of these that is to happen, if one is."""
        asked = [(one.number, name) for one in self.incoming for name in one.asked]
        found = self.simulator.faults.take(names, "submit", self.numbers)
        return found or self.simulator.faults.take_asked(names, asked)

    def takes(self, name: str) -> bool:
        """Whether this one is to happen."""
        return self.take(name) is not None

    def before(self) -> None:
        """Ends the call where it is to fail before anything is done.  Raises ApiError, Answered or Cut."""
        if fault := self.take(*faults.ANY_CALL, *faults.SUBMIT):
            fail_before(self.simulator, fault)

    def reject_some(self) -> None:
        """Rejects all documents, or the last one."""
        chosen: list[Incoming] = []
        if self.takes("all_rejected"):
            chosen = self.incoming
        elif self.takes("partly_accepted"):
            chosen = self.incoming[-1:]
        for one in chosen:
            one.findings = one.findings or [sample("CF415")]

    def force_codes(self, uid: str) -> None:
        """Makes all documents of a submission Invalid when they are validated, or the last one."""
        documents = self.simulator.store.documents_of(uid)
        everywhere = self.take("invalid", "unknown_code", "duplicate_document")
        fault = everywhere or self.take("partly_valid")
        if fault is None:
            return
        for document in documents if everywhere else documents[-1:]:
            document.forced_code = _FORCED.get(fault.name) or fault.code or "ERR406"
            self.simulator.store.save_document(document)

    def after(self, response: Response) -> Response:
        """The response, if it arrives, and as it is written."""
        if self.is_cut:
            response.cut = True
        elif fault := self.take("timeout_after_accept"):
            response.cut, response.hold_seconds = True, HELD_SECONDS if fault.seconds is None else fault.seconds
        response.distort = [name for name in faults.DISTORTIONS if self.takes(name)]
        return response
