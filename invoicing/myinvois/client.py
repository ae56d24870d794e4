"""The calls of MyInvois."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from invoicing.myinvois.answers import (
    DocumentState,
    SubmissionAnswer,
    SubmissionState,
    SubmittedDocument,
    read_document,
    read_submission,
)
from invoicing.myinvois.calls import Call, Caller, quoted
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import NotFound, OutcomeUnknown, Rejected, Unavailable
from invoicing.myinvois.exchange import OnExchange
from invoicing.myinvois.fields import Fields
from invoicing.myinvois.limiter import Limiter
from invoicing.myinvois.notices import DocumentType, Notification, read_document_type
from invoicing.myinvois.operations import Operation
from invoicing.myinvois.searches import (
    found_documents,
    notifications_between,
    recent_documents,
    submission_pages,
)
from invoicing.myinvois.taxpayers import TaxpayerProfile, TinSearch, is_ambiguous, read_profile, search_query
from invoicing.myinvois.tokens import TokenCache, TokenOwner, read_owner
from invoicing.myinvois.verdicts import OUT_OF_ORDER, UNKNOWN

MAX_DOCUMENTS = 100
MAX_SUBMISSION_BYTES = 5_000_000
MAX_REASON = 300


class MyInvoisClient:
    """MyInvois as one connection sees it.  A client can be made for each use; tokens and limits are shared.

    Every method raises Unavailable, BadCredentials or Rejected, and those that change something OutcomeUnknown as well.
    `on_exchange` is given every request with its answer, before an error is raised; it must not raise.
    """

    def __init__(
        self, connection: Connection, tokens: TokenCache, limiter: Limiter, on_exchange: OnExchange | None = None
    ) -> None:
        self._calls = Caller(connection, tokens, limiter, on_exchange)

    def token_owner(self) -> TokenOwner:
        """Whom LHDN takes the client for, by a new token."""
        return read_owner(self._calls.new_token())

    def submit(self, documents: Sequence[SubmittedDocument]) -> SubmissionAnswer:
        """Submits documents, at most 100 and 5 MB together, in this order: the same ones make the same request.

        Raises DuplicateSubmission for bytes that LHDN had a moment ago, ValueError for more documents, for bytes than
        LHDN takes, and for a number that occurs twice.
        """
        numbers = [document.number for document in documents]
        if not 0 < len(documents) <= MAX_DOCUMENTS or len(set(numbers)) < len(numbers):
            raise ValueError("A submission has 1 to 100 documents with different numbers")
        body = msgspec.json.encode({"documents": [_submitted(document) for document in documents]})
        if len(body) > MAX_SUBMISSION_BYTES:
            raise ValueError("A submission has at most 5 MB")
        content, exchange = self._calls.make(Call(Operation.SUBMIT, "POST", "/documentsubmissions/", body=body))
        answer = read_submission(content, numbers, exchange)
        if answer is None:
            raise OutcomeUnknown(UNKNOWN, exchange.correlation_id)
        return answer

    def submission(self, submission_uid: str) -> SubmissionState:
        """A submission with all its documents.  Raises NotFound, also for some seconds after it was submitted."""
        return submission_pages(self._calls, submission_uid)

    def document(self, uuid: str) -> DocumentState:
        """A document, with its errors if it is invalid.  Raises NotFound."""
        content, exchange = self._calls.make(Call(Operation.DOCUMENT, "GET", f"/documents/{quoted(uuid)}/details"))
        state = read_document(Fields(content))
        if not state.uuid:
            raise Unavailable(OUT_OF_ORDER, exchange.correlation_id)
        return state

    def cancel(self, uuid: str, reason: str) -> None:
        """Cancels a document of ours.

        Raises NotFound and Rejected, with the code OperationPeriodOver after 72 hours, IncorrectState for one that
        isn't valid, and ActiveReferencingDocuments when a valid note refers to it.
        """
        self._change_state(Operation.CANCEL, uuid, "cancelled", reason)

    def reject(self, uuid: str, reason: str) -> None:
        """Asks the issuer of a document that we received to cancel it.  Raises as `cancel` does."""
        self._change_state(Operation.REJECT, uuid, "rejected", reason)

    def find(self, number: str, since: datetime, until: datetime) -> list[DocumentState]:
        """All documents of ours with a number that were submitted in a time of at most 31 days, oldest first.

        Raises ValueError for a longer time.  Keep it short: LHDN takes 12 calls a minute, each for 100 documents.
        """
        return found_documents(self._calls, number, since, until)

    def recent(self, direction: Literal["Sent", "Received"], since: datetime, until: datetime) -> list[DocumentState]:
        """Documents of the last 31 days, by their submission; received ones are those of others for us."""
        return recent_documents(self._calls, direction, since, until)

    def validate_tin(self, tin: str, id_type: str, id_value: str) -> bool:
        """Whether a TIN belongs to an NRIC, PASSPORT, BRN or ARMY number.  Raises Rejected for a malformed one."""
        query = {"idType": id_type, "idValue": id_value}
        try:
            self._calls.make(Call(Operation.VALIDATE_TIN, "GET", f"/taxpayer/validate/{quoted(tin)}", query))
        except NotFound:
            return False
        return True

    def search_tin(self, id_type: str, id_value: str, name: str = "") -> TinSearch:
        """The TIN of whoever has a number, a name or both.  Raises Rejected for what LHDN can't search for."""
        call = Call(Operation.SEARCH_TIN, "GET", "/taxpayer/search/tin", search_query(id_type, id_value, name))
        try:
            content, exchange = self._calls.make(call)
        except NotFound:
            return TinSearch()
        except Rejected as error:
            if is_ambiguous(error):
                return TinSearch(several=True)
            raise
        tin = Fields(content).text("tin")
        if not tin:
            raise Unavailable(OUT_OF_ORDER, exchange.correlation_id)
        return TinSearch(tin)

    def taxpayer_by_qr(self, text: str) -> TaxpayerProfile:
        """The taxpayer of whose own QR code this is the text.  Raises NotFound."""
        call = Call(Operation.TAXPAYER_QR, "GET", f"/taxpayers/qrcodeinfo/{quoted(text)}")
        content, exchange = self._calls.make(call)
        profile = read_profile(Fields(content))
        if not profile.tin:
            raise Unavailable(OUT_OF_ORDER, exchange.correlation_id)
        return profile

    def notifications(self, since: datetime, until: datetime) -> list[Notification]:
        """LHDN's notifications to the taxpayer; nobody is notified in any other way."""
        return notifications_between(self._calls, since, until)

    def document_types(self) -> list[DocumentType]:
        """The types of e-invoices and their versions, as LHDN has them now."""
        content, exchange = self._calls.make(Call(Operation.DOCUMENT_TYPES, "GET", "/documenttypes"))
        if not (found := Fields(content).objects("result")):
            raise Unavailable(OUT_OF_ORDER, exchange.correlation_id)
        return [read_document_type(row) for row in found]

    def _change_state(self, operation: Operation, uuid: str, status: str, reason: str) -> None:
        if not reason or len(reason) > MAX_REASON:
            raise ValueError(f"A reason has 1 to {MAX_REASON} characters")
        body = msgspec.json.encode({"status": status, "reason": reason})
        self._calls.make(Call(operation, "PUT", f"/documents/state/{quoted(uuid)}/state", body=body))


def _submitted(document: SubmittedDocument) -> dict[str, str]:
    return {
        "format": "JSON",
        "document": base64.b64encode(document.content).decode(),
        "documentHash": document.hash,
        "codeNumber": document.number,
    }
