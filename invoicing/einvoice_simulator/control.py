"""The control API, /_sim/…, which LHDN doesn't have: clock, settings, taxpayers, faults, and what others do."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from invoicing.einvoice_simulator.clock import stamp
from invoicing.einvoice_simulator.documents import cancel, request_rejection
from invoicing.einvoice_simulator.faults import NAMES
from invoicing.einvoice_simulator.findings import known_codes
from invoicing.einvoice_simulator.http_messages import (
    Request,
    Response,
    bad_argument,
    json_response,
    not_found,
    read_query,
)
from invoicing.einvoice_simulator.model import Client, Document, Fault, Settings, Taxpayer
from invoicing.einvoice_simulator.summaries import summary
from invoicing.einvoice_simulator.validation import settle

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

Given = TypeVar("Given", bound=msgspec.Struct)


class ClockChange(msgspec.Struct, rename="camel"):
    """What to do with the clock: stop it, let it go on, set it to a moment, move it; in this order."""

    is_stopped: bool | None = msgspec.field(default=None, name="stopped")
    at: datetime | None = None
    advance_seconds: float = 0


class Act(msgspec.Struct):
    """Why a person does something."""

    reason: str = "Simulated"


def reset(simulator: "Simulator", request: Request) -> Response:
    """POST /_sim/reset."""
    simulator.reset()
    return json_response({"status": "reset"})


def show_clock(simulator: "Simulator", request: Request) -> Response:
    """GET /_sim/clock."""
    return json_response({"now": stamp(simulator.clock.now()), "stopped": simulator.clock.state.stopped_at is not None})


def change_clock(simulator: "Simulator", request: Request) -> Response:
    """POST /_sim/clock."""
    change = given(request, ClockChange)
    if change.is_stopped:
        simulator.clock.stop()
    elif change.is_stopped is False:
        simulator.clock.resume()
    if change.at is not None:
        if change.at.tzinfo is None:
            raise bad_argument("at needs a time zone, such as 2026-11-28T02:15:00Z", "at")
        simulator.clock.set(change.at)
    simulator.clock.advance(seconds=change.advance_seconds)
    return show_clock(simulator, request)


def show_settings(simulator: "Simulator", request: Request) -> Response:
    """GET /_sim/settings."""
    return json_response(simulator.settings)


def change_settings(simulator: "Simulator", request: Request) -> Response:
    """POST /_sim/settings: only those that are given change."""
    changes = request.json() if request.body else {}
    if not isinstance(changes, dict) or changes.keys() - set(Settings.__struct_encode_fields__):
        raise bad_argument(f"The settings are {', '.join(Settings.__struct_encode_fields__)}", "body")
    simulator.settings = _converted(msgspec.to_builtins(simulator.settings) | changes, Settings)
    return json_response(simulator.settings)


def list_taxpayers(simulator: "Simulator", request: Request) -> Response:
    """GET /_sim/taxpayers."""
    return json_response(simulator.store.all(Taxpayer))


def add_taxpayer(simulator: "Simulator", request: Request) -> Response:
    """POST /_sim/taxpayers: adds or replaces one."""
    taxpayer = given(request, Taxpayer)
    simulator.store.put(taxpayer.tin, taxpayer)
    return json_response(taxpayer, 201)


def list_clients(simulator: "Simulator", request: Request) -> Response:
    """GET /_sim/clients."""
    return json_response(simulator.store.all(Client))


def add_client(simulator: "Simulator", request: Request) -> Response:
    """POST /_sim/clients: adds or replaces one."""
    client = given(request, Client)
    simulator.store.put(client.id, client)
    return json_response(client, 201)


def list_faults(simulator: "Simulator", request: Request) -> Response:
    """GET /_sim/faults: those asked for, and the names and codes there are."""
    return json_response({"faults": simulator.faults.all(), "names": NAMES, "codes": known_codes()})


def add_fault(simulator: "Simulator", request: Request) -> Response:
    """POST /_sim/faults."""
    fault = given(request, Fault)
    try:
        simulator.faults.add(fault)
    except ValueError as error:
        raise bad_argument(f"{error}", "name") from error
    return json_response(fault, 201)


def clear_faults(simulator: "Simulator", request: Request) -> Response:
    """DELETE /_sim/faults."""
    simulator.faults.clear()
    return json_response({"status": "cleared"})


def list_documents(simulator: "Simulator", request: Request) -> Response:
    """GET /_sim/documents: all of them, whoever issued them."""
    settle(simulator)
    return json_response([summary(one) for one in simulator.store.all_documents()])


def reject_document(simulator: "Simulator", request: Request, uuid: str) -> Response:
    """POST /_sim/documents/{uuid}/reject: as its receiver."""
    document = document_of(simulator, uuid)
    request_rejection(simulator, document, given(request, Act).reason)
    return _acted(request, document)


def cancel_document(simulator: "Simulator", request: Request, uuid: str) -> Response:
    """POST /_sim/documents/{uuid}/cancel: as a person in the issuer's portal."""
    document = document_of(simulator, uuid)
    cancel(simulator, document, given(request, Act).reason)
    return _acted(request, document)


def validate_document(simulator: "Simulator", request: Request, uuid: str) -> Response:
    """POST /_sim/documents/{uuid}/validate: now, and not when its time has come."""
    document = document_of(simulator, uuid)
    if document.status == "Submitted":
        document.due_at = simulator.clock.now()
        simulator.store.save_document(document)
        document = document_of(simulator, uuid)
    return _acted(request, document)


def list_requests(simulator: "Simulator", request: Request) -> Response:
    """GET /_sim/requests: the last ones, the oldest first."""
    return json_response(list(simulator.requests))


def document_of(simulator: "Simulator", uuid: str) -> Document:
    """A document, whoever issued it.  Raises ApiError (404)."""
    settle(simulator)
    document = simulator.store.document(uuid)
    if document is None:
        raise not_found("The document was not found")
    return document


def _acted(request: Request, document: Document) -> Response:
    """What a person sees afterwards: the document's page, or the front page; a program sees the document."""
    if not _is_form(request):
        return json_response(summary(document))
    place = f"/{document.uuid}/share/{document.long_id}" if document.long_id else "/"
    return Response(303, headers={"Location": place})


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def given(request: Request, kind: type[Given]) -> Given:
    """The body as a structure.  Raises ApiError."""
    if _is_form(request):
        return _converted(read_query(request.body.decode("utf-8", "replace")), kind)
    return _converted(request.json() if request.body else {}, kind)


def _converted(value: Any, kind: type[Given]) -> Given:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise bad_argument(f"{error}", "body") from error
