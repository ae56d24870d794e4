"""The WSGI application: whose call it is, which function answers it, and the faults that befall any call."""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from invoicing.einvoice_simulator import certificates, control, documents, lists, share, submissions, taxpayers, tokens
from invoicing.einvoice_simulator.clock import stamp
from invoicing.einvoice_simulator.distortions import distort
from invoicing.einvoice_simulator.faults import ANY_CALL, DISTORTIONS
from invoicing.einvoice_simulator.http_messages import (
    MAX_BODY,
    ApiError,
    Cut,
    Request,
    Response,
    forbidden,
    not_found,
    read_query,
)
from invoicing.einvoice_simulator.injected import Answered, fail_before
from invoicing.einvoice_simulator.simulator import RequestNote, Simulator

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

CONNECTION = "simulator.connection"  # in the environment, where the server can cut it
API = "/api/v1.0"
THIS_MACHINE = ("127.0.0.1", "localhost")
_UUID = "([0-9A-Z]{26})"


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers a call; `endpoint` is its name for limits and faults, "" for what LHDN doesn't have."""

    method: str
    path: re.Pattern[str]
    answer: Callable[..., Response]
    endpoint: str
    is_public: bool = False


def _api(method: str, path: str, answer: Callable[..., Response], endpoint: str) -> Route:
    return Route(method, re.compile(API + path), answer, endpoint)


def _open(method: str, path: str, answer: Callable[..., Response]) -> Route:
    return Route(method, re.compile(path), answer, "", is_public=True)


ROUTES = (
    Route("POST", re.compile("/connect/token"), tokens.issue, "token", is_public=True),
    _api("POST", "/documentsubmissions", submissions.submit, "submit"),
    _api("GET", f"/documentsubmissions/{_UUID}", submissions.get_submission, "get_submission"),
    _api("GET", f"/documents/{_UUID}/raw", documents.raw, "raw"),
    _api("GET", f"/documents/{_UUID}/details", documents.details, "details"),
    _api("PUT", f"/documents/state/{_UUID}/state", documents.change_status, "change_status"),
    _api("GET", "/documents/recent", lists.recent, "recent"),
    _api("GET", "/documents/search", lists.search, "search"),
    _api("GET", "/taxpayer/validate/([^/]+)", taxpayers.validate, "validate_tin"),
    _api("GET", "/taxpayer/search/tin", taxpayers.search, "search_tin"),
    _api("GET", "/taxpayers/qrcodeinfo/(.+)", taxpayers.qr_code_info, "qr_code"),
    _api("GET", "/notifications/taxpayer", lists.notifications, "notifications"),
    _api("GET", "/documenttypes", lists.document_types, "document_types"),
    _api("GET", r"/documenttypes/(\d+)", lists.document_type, "document_types"),
    _api("GET", r"/documenttypes/(\d+)/versions/(\d+)", lists.document_type_version, "document_types"),
    _open("GET", f"/{_UUID}/share/([0-9A-Z]+)", share.share_page),
    _open("GET", "", share.front_page),
    _open("POST", "/_sim/reset", control.reset),
    _open("GET", "/_sim/clock", control.show_clock),
    _open("POST", "/_sim/clock", control.change_clock),
    _open("GET", "/_sim/settings", control.show_settings),
    _open("POST", "/_sim/settings", control.change_settings),
    _open("GET", "/_sim/taxpayers", control.list_taxpayers),
    _open("POST", "/_sim/taxpayers", control.add_taxpayer),
    _open("GET", "/_sim/clients", control.list_clients),
    _open("POST", "/_sim/clients", control.add_client),
    _open("GET", "/_sim/faults", control.list_faults),
    _open("POST", "/_sim/faults", control.add_fault),
    _open("DELETE", "/_sim/faults", control.clear_faults),
    _open("GET", "/_sim/documents", control.list_documents),
    _open("POST", f"/_sim/documents/{_UUID}/reject", control.reject_document),
    _open("POST", f"/_sim/documents/{_UUID}/cancel", control.cancel_document),
    _open("POST", f"/_sim/documents/{_UUID}/validate", control.validate_document),
    _open("GET", "/_sim/requests", control.list_requests),
    _open("POST", "/_sim/certificates", certificates.issue),
    _open("GET", "/_sim/authority", certificates.show_authority),
)


class Application:
    """MyInvois, simulated."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI.  Raises Cut where the connection is to end and can't be ended here."""
        try:
            response = self.handle(read_request(environ))
            self.simulator.stopped.wait(response.hold_seconds)
            if response.cut:
                raise Cut
        except Cut as cut:
            self.simulator.stopped.wait(cut.hold_seconds)
            raise
        headers = {"Content-Type": response.content_type, "X-Simulator": "not LHDN", **response.headers}
        headers |= {"Content-Length": f"{len(response.content)}", "Cache-Control": "no-store"}
        start_response(response.status_line, list(headers.items()))
        return [response.content]

    def handle(self, request: Request) -> Response:
        """Answers a request.  Raises Cut."""
        simulator = self.simulator
        with simulator.lock:
            call = _Call(simulator, request)
            try:
                response = call.answer()
            except ApiError as error:
                response = error.response()
            except Answered as answered:
                response = answered.response
            except Cut:
                call.note(0)
                raise
            finally:
                simulator.save()
            call.note(0 if response.cut else response.status)
            response.headers.setdefault("correlationId", call.correlation_id)
            return distort(response)


class _Call:
    """One request on its way."""

    def __init__(self, simulator: Simulator, request: Request) -> None:
        self.simulator, self.request = simulator, request
        self.client_id = ""
        self.correlation_id = f"{uuid.uuid4()}"

    def answer(self) -> Response:
        path = self.request.path.rstrip("/")
        route, values = self._route(path)
        if not route.endpoint:
            if route.answer is not share.share_page:  # which only those open who have its link
                _reject_other_sites(self.request)
            return route.answer(self.simulator, self.request, *values)
        if route.endpoint == "submit":  # whose faults depend on its documents
            return self._answer(route, values)
        names = [name for name in ANY_CALL if name != "token_expired" or not route.is_public]
        if fault := self.simulator.faults.take(names, route.endpoint):
            fail_before(self.simulator, fault)
        response = self._answer(route, values)
        faults = self.simulator.faults
        response.distort = [name for name in DISTORTIONS if faults.take((name,), route.endpoint)]
        return response

    def _answer(self, route: Route, values: list[str]) -> Response:
        if route.is_public:
            return route.answer(self.simulator, self.request, *values)
        caller = tokens.authenticate(self.simulator, self.request)
        self.client_id = caller.client_id
        now, factor = self.simulator.clock.now(), self.simulator.settings.rate_limit_factor
        headers = self.simulator.limits.count(caller.client_id, route.endpoint, now, factor)
        response = route.answer(self.simulator, self.request, caller, *values)
        response.headers = headers | response.headers
        return response

    def _route(self, path: str) -> tuple[Route, list[str]]:
        found = [(route, match) for route in ROUTES if (match := route.path.fullmatch(path))]
        for route, match in found:
            if route.method == self.request.method:
                return route, [unquote(value) for value in match.groups()]
        if found:
            raise ApiError(405, "MethodNotAllowed", "The method is not allowed")
        raise not_found()

    def note(self, status: int) -> None:
        request, at = self.request, stamp(self.simulator.clock.now()) or ""
        note = RequestNote(at, request.method, request.path, status, self.client_id, self.correlation_id)
        self.simulator.requests.append(note)


def _reject_other_sites(request: Request) -> None:
    """A page of another site, open in a browser on this machine, must not steer the simulator or read what it has.

    It could do so by a name of its own that leads to this machine, so the name must be this machine's.
    """
    host, origin = request.headers.get("host", ""), request.headers.get("origin", "")
    is_foreign = host.partition(":")[0] not in ("", *THIS_MACHINE)
    if is_foreign or (request.method != "GET" and origin and origin.partition("://")[2] != host):
        raise forbidden("The request comes from another site")


def read_request(environ: "WSGIEnvironment") -> Request:
    """The request of a WSGI environment."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return Request(
        environ["REQUEST_METHOD"],
        environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace"),
        read_query(environ.get("QUERY_STRING", "")),
        headers,
        environ["wsgi.input"].read(min(length, MAX_BODY)) if length else b"",
    )
