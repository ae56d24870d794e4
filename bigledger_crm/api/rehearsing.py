"""`Rehearse: true`: a write is answered as it would be, with what it would have done, and nothing of it stays."""

from collections.abc import Callable
from dataclasses import dataclass
from types import GenericAlias
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bigledger_crm.api.codec import encode
from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.api.responses import ApiStruct
from bigledger_crm.kernel import ids
from bigledger_crm.numbering.models import AssignedNumber
from bigledger_crm.outbox.events import object_id
from bigledger_crm.outbox.models import OutboxEmail, WebhookDelivery, WebhookEndpoint
from bigledger_crm.registry import Registry
from bigledger_crm.tenancy.rehearsal import Rehearsal, rehearsing

HEADER = "Rehearse"


@dataclass(frozen=True)
class RehearsalPart:
    """What services note as `name`, and how it is told: `make` makes a `gives` of it."""

    name: str
    gives: type[ApiStruct]
    make: Callable[[Any], ApiStruct]


class RehearsedEmail(ApiStruct):
    """An email that would have been queued, or sent again."""

    kind: str
    to: list[str]
    cc: list[str]
    subject: str
    body: str


class RehearsedWebhook(ApiStruct):
    """An event that would have been sent to a webhook."""

    webhook_id: str
    event: str
    object_id: str


class RehearsedNumber(ApiStruct):
    """A number that would have been assigned."""

    kind: str
    number: str


def _email(email: OutboxEmail) -> RehearsedEmail:
    return RehearsedEmail(kind=email.kind, to=list(email.to), cc=list(email.cc), subject=email.subject, body=email.body)


def _webhook(delivery: WebhookDelivery) -> RehearsedWebhook:
    return RehearsedWebhook(
        webhook_id=ids.encode(WebhookEndpoint.PREFIX, delivery.endpoint_id),
        event=delivery.event_type,
        object_id=object_id(delivery.event),
    )


def _number(assigned: AssignedNumber) -> RehearsedNumber:
    return RehearsedNumber(kind=assigned.kind, number=assigned.number)


# What apps post to a ledger is theirs; they register it before these.
rehearsal_parts: Registry[RehearsalPart] = Registry()
_PARTS = (
    RehearsalPart("mails", RehearsedEmail, _email),
    RehearsalPart("webhooks", RehearsedWebhook, _webhook),
    RehearsalPart("numbers", RehearsedNumber, _number),
)


def parts() -> tuple[RehearsalPart, ...]:
    """What a rehearsal tells of, in the order in which it does."""
    return (*rehearsal_parts, *_PARTS)


def rehearsal_struct() -> type[msgspec.Struct]:
    """The `rehearsal` of an answer, as a struct to describe it by."""
    fields = [(part.name, GenericAlias(list, part.gives)) for part in parts()]
    about = {"__doc__": "What a write would have done."}
    return msgspec.defstruct("Rehearsal", fields, bases=(ApiStruct,), namespace=about, kw_only=True)


def is_asked_for(request: HttpRequest) -> bool:
    """Whether the request is only to be rehearsed.  Raises ApiError 400 for any other text than true or false."""
    value = request.headers.get(HEADER, "false").strip().lower()
    if value not in ("true", "false"):
        raise ApiError(400, "REHEARSE_INVALID", f"The header {HEADER} must be true or false")
    return value == "true"


def rehearsed(write: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer of `write`, which renders it, with `rehearsal` beside it where it succeeds."""
    with rehearsing() as rehearsal:
        response = write()
        if response.status_code < 300 and isinstance(response, HttpResponse):
            response.content = response.content.rstrip()[:-1] + b',"rehearsal":' + encode(_told(rehearsal)) + b"}"
        return response


def _told(rehearsal: Rehearsal) -> dict[str, list[ApiStruct]]:
    return {part.name: [part.make(about) for about in rehearsal.noted(part.name)] for part in parts()}
