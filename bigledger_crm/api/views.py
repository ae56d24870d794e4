"""The base of every endpoint: authentication, company scope, preconditions, idempotency and the envelope.

An app declares an endpoint by its methods:

    class QuoteList(ApiView):
        resource = "quotes"
        listing = Listing(
            row=QuoteRow, columns=QUOTE_COLUMNS, sorts=QUOTE_SORTS, default_sort="quoteDate", filters=QuoteFilters
        )

        def get(self, request: HttpRequest) -> HttpResponse:
            return self.list_page(Quote.objects.all(), quote_row)

        def post(self, request: HttpRequest) -> HttpResponse:
            quote = create_quote(self.actor, self.input(QuoteInput, "Quote"))
            return self.created(quote_object(quote), f"/quotes/{quote.public_id}")

    class QuoteView(ObjectView[Quote]):
        resource = "quotes"

        def find(self, public_id: str) -> Quote:
            return quote_by_public_id(public_id)

        def show(self, row: Quote) -> QuoteObject:
            return quote_object(row)

    class QuoteDetail(SingleView[Quote], QuoteView): ...  # GET with its ETag

    class QuoteAccept(QuoteView):  # If-Match and Idempotency-Key need nothing here
        def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
            return single(self.show(accept_quote(self.actor, self.row)))
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from rest_framework.views import APIView

from bigledger_crm.api import idempotency, rate_limit
from bigledger_crm.api.authentication import actor_of, key_of
from bigledger_crm.api.codec import MAX_BODY, MalformedJson, canonical, decode
from bigledger_crm.api.errors import ApiError, invalid_parameters, response_for
from bigledger_crm.api.listing import Listing, read_expand
from bigledger_crm.api.request_id import request_id
from bigledger_crm.api.responses import entity_tag, failure, single, success
from bigledger_crm.api.serializers import StrictSerializer, validated
from bigledger_crm.filtering import ListFilters
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.scope import company_scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=CompanyOwnedModel)
_READING = ("GET", "HEAD", "OPTIONS")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ApiView(APIView):
    """One address of the API; `listing` declares a list, `filters` the parameters of what is none.

    `resource` is the name that permissions and scopes use; `verb` says `read` where another method changes nothing.
    """

    resource: ClassVar[str]
    verb: ClassVar[str] = ""
    max_body: ClassVar[int] = MAX_BODY
    listing: ClassVar[Listing]
    filters: ClassVar[type[ListFilters] | None] = None
    actor: Actor
    body_was_read = False

    def dispatch(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:
        """Serves a request: every exception becomes the envelope, and the company scope always closes."""
        self.args, self.kwargs = args, path
        self.http_request = request
        standing: rate_limit.Standing | None = None
        with ExitStack() as scope:
            try:
                key = key_of(request)
                standing = rate_limit.count(key.pk)
                if standing is not None:
                    standing.check()
                self.actor = actor_of(request, key)
                request.actor = self.actor  # type: ignore[attr-defined]
                scope.enter_context(company_scope(self.actor.company))
                handler = self._handler(request)
                self.actor.require(self.resource, self.verb or ("read" if request.method in _READING else "write"))
                response = self._run(request, handler)
            except Exception as error:  # noqa: BLE001 the edge: unforeseen errors are logged by response_for
                response = response_for(error, request_id.get())
        for name, value in standing.headers().items() if standing is not None else ():
            response.headers[name] = value
        return response

    def _handler(self, request: HttpRequest) -> Callable[[], HttpResponse]:
        method = (request.method or "").lower()
        handler = getattr(self, "get" if method == "head" else method, None)
        if method not in self.http_method_names or handler is None:
            allowed = ", ".join(self.allowed_methods)
            raise ApiError(405, "METHOD_NOT_ALLOWED", f"{request.method} is not allowed here", Allow=allowed)
        return lambda: handler(request, **self.kwargs)

    def _run(self, request: HttpRequest, handler: Callable[[], HttpResponse]) -> HttpResponse:
        if request.method in _READING:
            return handler()
        self.no_parameters()
        check_body_headers(request, self.max_body)
        self.receive()

        def act() -> HttpResponse:
            with transaction.atomic():
                self.check_preconditions(request)
                response = handler()
                if not self.body_was_read:
                    self.input(StrictSerializer, "Request", optional=True)
                return response

        if request.method == "POST" and "Idempotency-Key" in request.headers:
            company_id = self.actor.company.pk
            sent = self.what_was_sent()
            return idempotency.once(request, sent, company_id, act, lambda error: response_for(error, request_id.get()))
        return act()

    def receive(self) -> None:
        """Reads all that was sent: who sends it slowly, or never, holds no lock and no transaction meanwhile."""
        _ = self.http_request.body  # Django keeps it

    def what_was_sent(self) -> bytes:
        """What makes a request the same as another at this address, for Idempotency-Key: the same JSON."""
        try:
            return canonical(self.http_request.body)
        except MalformedJson:
            return self.http_request.body

    def check_preconditions(self, request: HttpRequest) -> None:
        """If-Match, where there is one object to match."""
        if "If-Match" in request.headers:
            raise ApiError(400, "PRECONDITION_NOT_SUPPORTED", "If-Match needs the URL of a single object")

    def options(self, request: Any, *args: Any, **path: Any) -> Any:
        """The methods of this address."""
        response = success({"allow": self.allowed_methods})
        response.headers["Allow"] = ", ".join(self.allowed_methods)
        return response

    def body(self, *, optional: bool = False) -> Any:
        """The decoded body; `{}` for none where that is allowed.  Raises ApiError 400, 413, 415."""
        request = self.http_request
        self.body_was_read = True
        raw = request.body
        if not raw:
            if optional:
                return {}
            raise ApiError(400, "MALFORMED_JSON", "The body is empty")
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if request.content_type != "application/json" or charset != "utf-8":
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8")
        try:
            return decode(raw)
        except MalformedJson as error:
            raise ApiError(400, "MALFORMED_JSON", f"The body is not valid JSON: {error}") from error

    def input(self, serializer: type[StrictSerializer], resource: str, *, optional: bool = False) -> dict[str, Any]:
        """The clean values of the body.  Raises InvalidData with every failing field."""
        return validated(serializer, self.body(optional=optional), resource, actor=self.actor)

    def no_parameters(self, allowed: frozenset[str] = frozenset()) -> dict[str, str]:
        """The query parameters.  Raises ApiError naming those that this address doesn't know."""
        parameters, problems = self.read_parameters(allowed)
        if problems:
            raise invalid_parameters(problems)
        return parameters

    def read_parameters(self, allowed: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
        """The query parameters that this address knows, and what is wrong with any."""
        given = self.http_request.GET
        problems = {name: "Unknown parameter" for name in given if name not in allowed}
        problems |= {name: "Given twice" for name in given if name in allowed and len(given.getlist(name)) > 1}
        problems |= {name: "Contains a control character" for name in given if _CONTROL.search(given[name])}
        return {name: given[name] for name in given if name not in problems}, problems

    def list_page(self, rows: "QuerySet[Any]", make: Callable[..., Any]) -> HttpResponse:
        """A page of the `listing` over these rows: `make` makes an object of a row's columns."""
        parameters, problems = self.read_parameters(self.listing.parameters)
        return self.listing.answer(rows, make, parameters, problems, self.actor.company, self.http_request.path)

    def created(self, data: Any, path: str) -> HttpResponse:
        """201 with the address of the new object."""
        return single(data, status=201, headers={"Location": f"/api/v1{path}"})


class ObjectView(ApiView, ABC, Generic[Row]):
    """An address at or below one object: the path's id is looked up in the company, and If-Match is honoured."""

    @abstractmethod
    def find(self, public_id: str) -> Row:
        """The object with this id.  Raises NotFound."""

    @abstractmethod
    def show(self, row: Row) -> Any:
        """The object as it is on the wire."""

    @property
    def row(self) -> Row:
        """The object of the path."""
        return self.find(self.kwargs["public_id"])

    def check_preconditions(self, request: HttpRequest) -> None:
        """Locks the object and compares If-Match with what it says now.  Raises ApiError 412."""
        wanted = request.headers.get("If-Match")
        if wanted is None:
            return
        row = self.row
        type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
        current = entity_tag(self.show(self.row))  # what stands there now, if it still does
        if not names_tag(wanted, current, weak=False):
            raise ApiError(412, "PRECONDITION_FAILED", "The object has changed since it was read", ETag=current)


class SingleView(ObjectView[Row]):
    """The address of one object; `expands` are the parts that `expand` may name, all there in any case."""

    expands: ClassVar[Sequence[str]] = ()

    def get(self, request: HttpRequest, public_id: str, **below: str) -> HttpResponse:
        """The object."""
        parameters = self.no_parameters(frozenset({"expand"} if self.expands else ()))
        if problems := read_expand(parameters, self.expands)[1]:
            raise invalid_parameters(problems)
        data = self.show(self.row)
        response = single(data)
        if names_tag(request.headers.get("If-None-Match", ""), response.headers["ETag"]):
            response.status_code, response.content = 304, b""
        return response


def names_tag(header: str, current: str, *, weak: bool = True) -> bool:
    """Whether If-Match (`weak=False`) or If-None-Match names the current ETag; `*` names any."""
    tags = [tag.strip() for tag in header.split(",")]
    return "*" in tags or current in tags or (weak and f"W/{current}" in tags)


def check_body_headers(request: HttpRequest, max_body: int) -> None:
    """Refuses by its headers a body that could not be read whole and as it is.  Raises ApiError 411, 413, 415."""
    length = request.headers.get("Content-Length", "")
    if not length and "Transfer-Encoding" in request.headers:
        raise ApiError(411, "LENGTH_REQUIRED", "Send the body with its Content-Length, not in chunks")
    if length.isdigit() and int(length) > max_body:
        raise ApiError(413, "PAYLOAD_TOO_LARGE", f"The body can be at most {max_body} bytes")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body without a Content-Encoding")


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Nothing is at this address of the API."""
    return failure(404, "NOT_FOUND", "There is nothing at this URL")
