"""Answers that come in pages."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from invoicing.myinvois.answers import DocumentState, SubmissionState, read_documents
from invoicing.myinvois.calls import Call, Caller, quoted
from invoicing.myinvois.errors import Rejected, Unavailable
from invoicing.myinvois.fields import Fields
from invoicing.myinvois.notices import Notification, read_notification
from invoicing.myinvois.operations import Operation
from invoicing.myinvois.verdicts import OUT_OF_ORDER

PAGE_SIZE = 100
MAX_PAGES = 100
MAX_DAYS = timedelta(days=31)
_SEARCHABLE = re.compile(r"[A-Za-z0-9-]{1,50}")


def submission_pages(calls: Caller, submission_uid: str) -> SubmissionState:
    """All pages of a submission.  Raises NotFound, Unavailable for an answer that makes no sense."""
    documents: dict[str, DocumentState] = {}
    for page in range(1, MAX_PAGES + 1):
        path = f"/documentsubmissions/{quoted(submission_uid)}"
        content, exchange = calls.make(Call(Operation.SUBMISSION, "GET", path, _page(page)))
        fields = Fields(content)
        if "overallStatus" not in fields and "documentSummary" not in fields:
            raise Unavailable(OUT_OF_ORDER, exchange.correlation_id)
        found = read_documents(fields.objects("documentSummary"))
        documents |= {document.uuid: document for document in found}
        if not found or len(documents) >= (fields.number("documentCount") or 0):
            break
    overall = "".join(fields.text("overallStatus").lower().split())
    is_complete = bool(overall) and overall != "inprogress"
    return SubmissionState(submission_uid, is_complete, fields.time("dateTimeReceived"), [*documents.values()])


def found_documents(calls: Caller, number: str, since: datetime, until: datetime) -> list[DocumentState]:
    """Documents that we sent with exactly this number, oldest first.

    LHDN searches for a part of a text "without special characters", whichever those are: where the number has others
    than letters, digits and hyphens, or LHDN rejects the search, all documents of the time are read.
    """
    window = {**_window(since, until), "invoiceDirection": "Sent"}
    rows: list[Fields] | None = None
    if _SEARCHABLE.fullmatch(number):
        try:
            rows = [*_rows(calls, Operation.SEARCH, "/documents/search", {**window, "searchQuery": number})]
        except Rejected:
            rows = None
    if rows is None:
        rows = [*_rows(calls, Operation.SEARCH, "/documents/search", window)]
    mine = {document.uuid: document for document in read_documents(rows) if document.number == number}
    return sorted(mine.values(), key=lambda document: document.received_at or since)


def recent_documents(calls: Caller, direction: str, since: datetime, until: datetime) -> list[DocumentState]:
    """Documents of the last 31 days, in one direction: Sent or Received."""
    window = {**_window(since, until), "InvoiceDirection": direction}
    found = read_documents(_rows(calls, Operation.RECENT, "/documents/recent", window))
    return [*{document.uuid: document for document in found}.values()]


def notifications_between(calls: Caller, since: datetime, until: datetime) -> list[Notification]:
    """LHDN's notifications of a time."""
    query = {"dateFrom": _moment(since), "dateTo": _moment(until), "language": "en"}
    rows = _rows(calls, Operation.NOTIFICATIONS, "/notifications/taxpayer", query)
    return [read_notification(row) for row in rows]


def _rows(calls: Caller, operation: Operation, path: str, query: Mapping[str, str]) -> Iterator[Fields]:
    """The rows of all pages.  Raises Unavailable rather than telling less than there is."""
    for page in range(1, MAX_PAGES + 1):
        content, exchange = calls.make(Call(operation, "GET", path, {**query, **_page(page)}))
        fields = Fields(content)
        if "result" not in fields:
            raise Unavailable(OUT_OF_ORDER, exchange.correlation_id)
        rows, about = fields.objects("result"), fields.object("metadata")
        yield from rows
        has_next = about.value("hasNext") is True or page < (about.number("totalPages") or 0)
        if not has_next or not rows:
            return
    raise Unavailable("MyInvois has too many rows for one search")


def _page(number: int) -> dict[str, str]:
    return {"pageNo": str(number), "pageSize": str(PAGE_SIZE)}


def _window(since: datetime, until: datetime) -> dict[str, str]:
    if not timedelta(0) <= until - since <= MAX_DAYS:
        raise ValueError("A search covers at most 31 days")
    end = until + timedelta(microseconds=-until.microsecond % 1_000_000)  # LHDN's times have whole seconds
    return {"submissionDateFrom": _moment(max(since, end - MAX_DAYS)), "submissionDateTo": _moment(end)}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
