"""Lists: recent documents, searches, notifications, types of documents."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from invoicing.einvoice.codes import names
from invoicing.einvoice_simulator.clock import stamp
from invoicing.einvoice_simulator.documents import WINDOW, sees
from invoicing.einvoice_simulator.http_messages import (
    Request,
    Response,
    bad_argument,
    json_response,
    not_found,
)
from invoicing.einvoice_simulator.model import Document, Notification
from invoicing.einvoice_simulator.submissions import page_of
from invoicing.einvoice_simulator.summaries import summary
from invoicing.einvoice_simulator.validation import settle

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator
    from invoicing.einvoice_simulator.tokens import Caller

DAYS_31 = timedelta(days=31)
MAX_RECENT = 10_000
VERSIONS = ("1.0", "1.1", "1.2", "1.3")
DELIVERED = "4"

Filter = Callable[[Document], bool]


def recent(simulator: "Simulator", request: Request, caller: "Caller") -> Response:
    """GET /api/v1.0/documents/recent: those of the last 31 days, the newest first."""
    since = simulator.clock.now() - DAYS_31
    filters = [*_filters(request, caller), *_times(request, "submissionDate"), *_times(request, "issueDate")]
    found = _found(simulator, caller, since, filters)[:MAX_RECENT]
    return _page(request, found, caller)


def search(simulator: "Simulator", request: Request, caller: "Caller") -> Response:
    """GET /api/v1.0/documents/search: within at most 31 days of submission or of issue."""
    pairs = [
        (name, _time(request, f"{name}From"), _time(request, f"{name}To")) for name in ("submissionDate", "issueDate")
    ]
    given = [(start, end) for _, start, end in pairs if start is not None and end is not None]
    if not given:
        raise bad_argument("submissionDateFrom and submissionDateTo, or those of issueDate, are required", "dates")
    if any(end < start or end - start > DAYS_31 for start, end in given):
        raise bad_argument("The dates can be at most 31 days apart", "dates")
    filters = [*_filters(request, caller), *_times(request, "submissionDate"), *_times(request, "issueDate")]
    if query := request.parameter("searchQuery"):
        if not all(character.isalnum() or character in " -./_&" for character in query):
            raise bad_argument("searchQuery can't have special characters", "searchQuery")
        filters.append(lambda document: any(query.casefold() in text.casefold() for text in _searched(document)))
    return _page(request, _found(simulator, caller, datetime.min.replace(tzinfo=UTC), filters), caller)


def _searched(document: Document) -> Iterable[str]:
    supplier, buyer = document.supplier, document.buyer
    yield from (document.uuid, document.number, supplier.tin, supplier.name, buyer.tin, buyer.name)
    yield f"{document.totals.payable}"


def _found(simulator: "Simulator", caller: "Caller", since: datetime, filters: list[Filter]) -> list[Document]:
    settle(simulator)
    documents = simulator.store.documents_since(since)
    return [one for one in documents if sees(caller, one) and all(suits(one) for suits in filters)][::-1]


def _page(request: Request, found: list[Document], caller: "Caller") -> Response:
    page, size = page_of(request, 100)
    shown = found[(page - 1) * size : page * size]
    metadata = {"totalPages": -(-len(found) // size), "totalCount": len(found)}
    return json_response({"result": [_row(document) for document in shown], "metadata": metadata})


def _row(document: Document) -> dict[str, Any]:
    totals, supplier, buyer = document.totals, document.supplier, document.buyer
    return summary(document) | {
        "submissionUID": document.submission_uid,
        "supplierTIN": supplier.tin,
        "supplierName": supplier.name,
        "buyerTIN": buyer.tin,
        "buyerName": buyer.name,
        "submissionChannel": "ERP",
        "intermediaryName": None,
        "intermediaryTin": document.intermediary or None,
        "intermediaryRob": None,
        "totalSales": totals.excluding_tax,
        "netAmount": totals.net,
        "total": totals.payable,
    }


def _filters(request: Request, caller: "Caller") -> list[Filter]:
    """The filters that are given, but for times.  Raises ApiError."""
    filters: list[Filter] = []
    direction = request.parameter("invoiceDirection").lower()
    if direction not in ("", "sent", "received"):
        raise bad_argument("invoiceDirection must be Sent or Received", "invoiceDirection")
    if direction:
        filters.append(lambda document: (document.issuer.tin == caller.tin) == (direction == "sent"))
    for name, read in _TEXTS.items():
        if wanted := request.parameter(name):
            filters.append(_equals(read, wanted))
    return filters


def _equals(read: Callable[[Document], str], wanted: str) -> Filter:
    return lambda document: read(document).lower() == wanted.lower()


_TEXTS: dict[str, Callable[[Document], str]] = {
    "uuid": lambda document: document.uuid,
    "status": lambda document: document.status,
    "documentType": lambda document: document.kind,
    "receiverId": lambda document: document.receiver.id_number,
    "receiverIdType": lambda document: document.receiver.id_type,
    "receiverTin": lambda document: document.receiver.tin,
    "issuerId": lambda document: document.issuer.id_number,
    "issuerIdType": lambda document: document.issuer.id_type,
    "issuerTin": lambda document: document.issuer.tin,
}


def _times(request: Request, name: str) -> list[Filter]:
    """The filters of a pair of times, both included."""
    start, end = _time(request, f"{name}From"), _time(request, f"{name}To")
    is_submission = name == "submissionDate"

    def of(document: Document) -> datetime:
        return document.received_at.replace(microsecond=0) if is_submission else document.issued_at

    filters: list[Filter] = []
    if start is not None:
        filters.append(lambda document: of(document) >= start)
    if end is not None:
        filters.append(lambda document: of(document) <= end)
    return filters


def _time(request: Request, name: str) -> datetime | None:
    given = request.parameter(name)
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise bad_argument(f"{name} must be a date and time such as 2026-11-28T02:15:00Z", name) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def notifications(simulator: "Simulator", request: Request, caller: "Caller") -> Response:
    """GET /api/v1.0/notifications/taxpayer: the newest first."""
    settle(simulator)
    start, end = _time(request, "dateFrom"), _time(request, "dateTo")
    type_id, status = request.parameter("type"), request.parameter("status")
    found = [
        one
        for one in reversed(simulator.store.all(Notification))
        if one.tin == caller.tin
        and (start is None or one.created_at >= start)
        and (end is None or one.created_at <= end)
        and type_id in ("", f"{one.type_id}")
        and status in ("", DELIVERED)
    ]
    page, size = page_of(request, 100)
    shown = found[(page - 1) * size : page * size]
    has_next = len(found) > page * size
    return json_response(
        {"result": [_notification(simulator, one) for one in shown], "metadata": {"hasNext": has_next}}
    )


def _notification(simulator: "Simulator", one: Notification) -> dict[str, Any]:
    taxpayer, at = simulator.taxpayer(one.tin), stamp(one.created_at)
    return {
        "notificationId": one.id,
        "receiverName": taxpayer.name if taxpayer else one.tin,
        "notificationDeliveryId": one.id,
        "creationDateTime": at,
        "receivedDateTime": at,
        "deliveredDateTime": at,
        "typeId": f"{one.type_id}",
        "typeName": one.type_name,
        "finalMessage": f"Simulator: not LHDN. {one.message}",
        "address": taxpayer.email if taxpayer else "",
        "language": "en",
        "status": "Delivered",
        "deliveryAttempts": [{"attemptDateTime": at, "status": "Delivered", "statusDetails": ""}],
    }


def document_types(simulator: "Simulator", request: Request, caller: "Caller") -> Response:
    """GET /api/v1.0/documenttypes."""
    return json_response({"result": [_type(code) for code in names("document_types")]})


def document_type(simulator: "Simulator", request: Request, caller: "Caller", type_id: str) -> Response:
    """GET /api/v1.0/documenttypes/{id}."""
    return json_response(_type(_code(type_id)))


def document_type_version(
    simulator: "Simulator", request: Request, caller: "Caller", type_id: str, version_id: str
) -> Response:
    """GET /api/v1.0/documenttypes/{id}/versions/{vid}."""
    _code(type_id)
    if not 1 <= int(version_id) <= len(VERSIONS):
        raise not_found("The version was not found")
    return json_response(_version(int(version_id)))


def _code(type_id: str) -> str:
    code = type_id.zfill(2)
    if code not in names("document_types"):
        raise not_found("The type of document was not found")
    return code


def _type(code: str) -> dict[str, Any]:
    hours = int(WINDOW.total_seconds() // 3600)
    durations = ("submissionDuration", "cancellationDuration", "rejectionDuration")
    return {
        "id": int(code),
        "invoiceTypeCode": int(code),
        "description": names("document_types")[code],
        "documentTypeVersions": [_version(position) for position in range(1, len(VERSIONS) + 1)],
        "workflowParameters": [
            {"id": position, "parameter": name, "value": hours} for position, name in enumerate(durations, 1)
        ],
    }


def _version(position: int) -> dict[str, Any]:
    return {
        "id": position,
        "name": VERSIONS[position - 1],
        "versionNumber": float(VERSIONS[position - 1]),
        "status": "published",
    }
