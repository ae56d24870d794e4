"""What every write goes through: its body is read, then one transaction checks If-Match and does the work, once.

Django REST framework looks a request's handler up after `initial`, which puts all this around it: no viewset can forget
it.
"""

import hashlib
from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.http.response import HttpResponseBase
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from bigledger_crm.api import idempotency, rehearsing
from bigledger_crm.api.codec import MalformedJson, canonical
from bigledger_crm.api.exceptions import ApiError, exception_handler
from bigledger_crm.api.parsers import ExactJSONParser, FileParser, one_file
from bigledger_crm.api.responses import entity_tag
from bigledger_crm.api.serializers import StrictSerializer, validated
from bigledger_crm.tenancy import replica
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

Handler = Callable[..., HttpResponseBase]


class BodyMixin(GenericViewSet[Any]):
    """The body of a request, and the clean values in it."""

    body_was_read = False
    upload_noun = "Attachment"  # of the errors of a file that is sent

    @property
    def actor(self) -> Actor:
        """Who asks, for which company."""
        actor: Any = self.request.user
        return cast("Actor", actor)

    @property
    def parser(self) -> ExactJSONParser | FileParser:
        """What reads the body."""
        parsers: Any = self.request.parsers
        return cast("ExactJSONParser | FileParser", parsers[0])

    def receive(self) -> None:
        """Reads all that was sent, before anything is locked: who sends it slowly, or never, holds no lock.

        Raises ApiError 400, 411, 413, 415, and InvalidData for a file.
        """
        check_body_headers(self.request, self.parser.max_body)
        _ = self.upload if isinstance(self.parser, FileParser) else self.request.body  # both are kept

    def input(self, serializer: type[StrictSerializer], noun: str, *, optional: bool = False, **context: Any) -> Any:
        """The clean values of the body, for a `noun` of error messages.  Raises InvalidData with every failing field.

        `optional` takes no body for an empty one.  Raises ApiError 400, 415.
        """
        return validated(serializer, self.body(optional=optional), noun, actor=self.actor, **context)

    def body(self, *, optional: bool = False) -> Any:
        """The decoded body; `{}` for none where that is allowed.  Raises ApiError 400, 415."""
        self.body_was_read = True
        if not self.request.body and not optional:
            raise ApiError(400, "MALFORMED_JSON", "The body is empty")
        try:
            return self.request.data
        except UnsupportedMediaType as error:
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", self.parser.instruction) from error

    @cached_property
    def upload(self) -> "UploadedFile[Any]":
        """The file that was sent.  Raises ApiError 400, 413, 415 and InvalidData."""
        self.body_was_read = True
        if self.request._request.content_type != FileParser.media_type:
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", FileParser.instruction)
        try:
            return one_file(self.request.POST, self.request.FILES, self.upload_noun)
        except UnsupportedMediaType as error:  # the framework can't make out its parameters
            raise ApiError(400, "MALFORMED_MULTIPART", "The body is not valid multipart: its boundary") from error


class PreconditionsMixin(BodyMixin):
    """Runs a handler in its company, and one that writes in a transaction which begins with If-Match."""

    def surround_handler(self) -> None:
        """Makes `run` the handler that the framework will find."""
        method = (self.request.method or "").lower()
        setattr(self, method, partial(self.run, getattr(self, method)))

    def run(self, handler: Handler, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The handler's answer."""
        with company_scope(self.actor.company):
            if request.method in SAFE_METHODS:
                return replica.read(self.actor.company.pk, partial(handler, request, *args, **kwargs))
            self.receive()
            response = self.write(partial(handler, request, *args, **kwargs))
            replica.note_writes(self.actor.company.pk)
            return response

    def write(self, handler: Handler) -> HttpResponseBase:
        """The answer of a handler that changes something, all of it or nothing."""
        with transaction.atomic():
            self.check_preconditions()
            response = handler()
            if not self.body_was_read:
                self.input(StrictSerializer, "Request", optional=True)
            return response

    def check_preconditions(self) -> None:
        """Locks the object of the URL and compares If-Match with what it says now.  Raises ApiError 400, 412."""
        wanted = self.request.headers.get("If-Match")
        if wanted is None:
            return
        if not self.detail:
            raise ApiError(400, "PRECONDITION_NOT_SUPPORTED", "If-Match needs the URL of a single object")
        row = self.get_object()
        self.lock_before(row)
        type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
        current = entity_tag(self.serialize(self.get_object()))  # what stands there now, if it still does
        if not names_tag(wanted, current, weak=False):
            raise ApiError(412, "PRECONDITION_FAILED", "The object has changed since it was read", ETag=current)

    def lock_before(self, row: Any) -> None:
        """Locks what services lock before the object of the URL: an app says what that is."""

    def serialize(self, row: Any) -> Any:
        """The object as the API answers it.  A viewset with URLs of one object says how."""
        raise NotImplementedError


class IdempotencyMixin(PreconditionsMixin):
    """A POST with an Idempotency-Key has its effect once, however often it is sent."""

    def write(self, handler: Handler) -> HttpResponseBase:
        """The handler's answer, or the stored one of the first request."""
        act = partial(super().write, handler)
        if self.request.method != "POST" or "Idempotency-Key" not in self.request.headers:
            return act()
        context = self.get_exception_handler_context()
        return idempotency.once(
            self.request,
            self.what_was_sent(),
            self.actor.company.pk,
            lambda: self.rendered(act()),
            lambda error: exception_handler(error, context),
        )

    def rendered(self, response: HttpResponseBase) -> Any:
        """The answer with its bytes, which are stored in the same transaction."""
        if isinstance(response, Response):
            self.finalize_response(self.request, response).render()
        return response

    def what_was_sent(self) -> bytes:
        """What makes a request the same as another at this URL: the same JSON, or the same file.

        A client that sends a file again separates the parts with another boundary, so its bytes and name count.
        """
        if isinstance(self.parser, FileParser):
            digest = hashlib.sha256()
            for chunk in self.upload.chunks():
                digest.update(chunk)
            self.upload.seek(0)  # the handler reads it from its beginning
            return f"{self.upload.name}\n{digest.hexdigest()}".encode()
        try:
            return canonical(self.request.body)
        except MalformedJson:
            return bytes(self.request.body)


class RehearsalMixin(IdempotencyMixin):
    """With `Rehearse: true` a write is answered as without it, and nothing of it stays, not even its key's use."""

    def write(self, handler: Handler) -> HttpResponseBase:
        """The handler's answer."""
        act = partial(super().write, handler)
        return rehearsing.rehearsed(lambda: self.rendered(act())) if rehearsing.is_asked_for(self.request) else act()


def names_tag(header: str, current: str, *, weak: bool = True) -> bool:
    """Whether If-Match (`weak=False`) or If-None-Match names the current ETag; `*` names any."""
    tags = [tag.strip() for tag in header.split(",")]
    return "*" in tags or current in tags or (weak and f"W/{current}" in tags)


def check_body_headers(request: Any, max_body: int) -> None:
    """Refuses by its headers a body that could not be read whole and as it is.  Raises ApiError 411, 413, 415."""
    length = request.headers.get("Content-Length", "")
    if not length and "Transfer-Encoding" in request.headers:
        raise ApiError(411, "LENGTH_REQUIRED", "Send the body with its Content-Length, not in chunks")
    if length.isdigit() and int(length) > max_body:
        raise ApiError(413, "PAYLOAD_TOO_LARGE", f"The body can be at most {max_body} bytes")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body without a Content-Encoding")
