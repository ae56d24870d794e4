"""The base of every resource: Django REST framework's viewset, with the company's scope and the API's rules.

An app declares a resource by one viewset on its router.  The usual methods are the framework's (`list`, `create`,
`retrieve`, `update`, `partial_update`, `destroy`), the contract's verbs are `@action`s, and `@extend_schema` describes
them:

    class QuoteViewSet(ApiViewSet):
        resource = "quotes"
        listing = Listing(
            row=QuoteRow, columns=QUOTE_COLUMNS, sorts=QUOTE_SORTS, default_sort="quoteDate", filters=QuoteFilters
        )

        def get_object(self) -> Quote:
            return quote_by_public_id(self.kwargs["public_id"])

        def serialize(self, row: Quote) -> QuoteObject:
            return quote_object(row, self.actor.today())

        @extend_schema(responses=Answer(QuoteRow))
        def list(self, request: Request) -> Response:
            return self.page(Quote.objects.all(), quote_row)

        @extend_schema(request=QuoteInput, responses=Answer(QuoteObject, status=201))
        def create(self, request: Request) -> Response:
            quote = create_quote(self.actor, self.input(QuoteInput, "Quote"))
            return created(self.serialize(quote), f"/quotes/{quote.public_id}")

        @extend_schema(responses=Answer(QuoteObject))
        def retrieve(self, request: Request, public_id: str) -> Response:
            return self.one()

        @extend_schema(responses=Answer(QuoteObject, refuses=(QuoteExpired,)))
        @action(detail=True, methods=["post"])
        def accept(self, request: Request, public_id: str) -> Response:
            return single(self.serialize(accept_quote(self.actor, self.get_object())))

Keys and rights, unknown parameters, If-Match, Idempotency-Key, Rehearse and the transaction need nothing here.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from rest_framework.response import Response

from bigledger_crm.api.exceptions import ApiError, invalid_parameters
from bigledger_crm.api.listing import Listing, read_expand
from bigledger_crm.api.mixins import RehearsalMixin, names_tag
from bigledger_crm.api.parameters import read_parameters
from bigledger_crm.api.renderers import EnvelopeRenderer
from bigledger_crm.api.responses import failure, single
from bigledger_crm.filtering import ListFilters

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ApiViewSet(RehearsalMixin):
    """A resource of the API.

    `resource` is the name that permissions and scopes use; `verb` says `read` where another method changes nothing.
    `listing` declares its list, and an action that answers a list declares its own.  `expands` are the parts that
    `expand` may name at one object, all there in any case.  `parameters` are those that an action takes besides.
    `own_names` is how the names begin of filters and sorts that each company has of its own, and what they are.
    """

    resource: ClassVar[str]
    verb: ClassVar[str] = ""
    listing: ClassVar[Listing | None] = None
    expands: ClassVar[Sequence[str]] = ()
    own_names: ClassVar[tuple[str, str] | None] = None
    filters: ClassVar[type[ListFilters] | None] = None
    parameters: ClassVar[frozenset[str]] = frozenset()
    lookup_field = "public_id"
    format_kwarg = None  # URLs have no suffix such as .json

    @property
    def is_list(self) -> bool:
        """Whether the request reads a list: the resource's, or that of an action with a listing of its own."""
        lists = self.action == "list" or ("listing" in vars(self) and self.action == self.action_map["get"])
        return lists and self.listing is not None

    @property
    def default_response_headers(self) -> dict[str, str]:
        """No cache keeps an answer."""
        return {"Cache-Control": "no-store", "Vary": "Authorization, X-Company-Id"}

    def present_listing(self) -> Listing:
        """The listing of the list that is asked for, for whoever may add what a company has of its own."""
        if self.listing is None:
            raise TypeError(f"{type(self).__name__} has no list")
        return self.listing

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """As the framework's, but counted first: what is refused uses up a key's limit too."""
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        try:
            self.perform_authentication(request)
        finally:
            self.check_throttles(request)
        self.check_permissions(request)
        if self.action not in (None, "metadata"):
            if not self.is_list:
                self.check_parameters()
            self.surround_handler()

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Raises ApiError 405."""
        allowed = ", ".join(self.allowed_methods)
        raise ApiError(405, "METHOD_NOT_ALLOWED", f"{request.method} is not allowed here", Allow=allowed)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The methods of this URL, as JSON also where a GET gives a file."""
        request.accepted_renderer = EnvelopeRenderer()
        response = super().options(request, *args, **kwargs)
        response.headers["Allow"] = ", ".join(self.allowed_methods)
        return response

    def check_parameters(self) -> None:
        """Raises ApiError 400 naming every query parameter that the action doesn't know."""
        known = self.parameters | ({"expand"} if self.expands and self.action == "retrieve" else set())
        parameters, problems = read_parameters(self.request, known)
        if "expand" in parameters:
            problems |= read_expand(parameters, self.expands)[1]
        if problems:
            raise invalid_parameters(problems)

    def page(self, rows: "QuerySet[Any]", make: Callable[..., Any]) -> Response:
        """A page of the `listing` over these rows: `make` makes an object of a row's columns."""
        found: Any = self.paginate_queryset(self.filter_queryset(rows))
        paginator: Any = self.paginator
        return self.get_paginated_response(paginator.objects(found, make))

    def one(self) -> HttpResponseBase:
        """The object of the URL with its ETag, or 304 for who has it already."""
        response = single(self.serialize(self.get_object()))
        if names_tag(self.request.headers.get("If-None-Match", ""), response.headers["ETag"]):
            return HttpResponse(status=304, headers={"ETag": response.headers["ETag"]})
        return response


@csrf_exempt
def unknown_url(request: HttpRequest) -> HttpResponse:
    """Nothing is at this URL of the API."""
    return failure(404, "NOT_FOUND", "There is nothing at this URL")
