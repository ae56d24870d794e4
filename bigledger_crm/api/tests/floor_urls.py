"""Addresses that exist for the floor's own tests: a small API over the outbox's mails."""

from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api import fields
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import Sort, by_number, by_text, by_time
from bigledger_crm.api.responses import ApiStruct, created, quantity, single
from bigledger_crm.api.routers import ApiRouter
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.api.viewsets import ApiViewSet, unknown_address
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor

SORTS = {
    "subject": by_text("subject"),
    "attempts": by_number("attempts"),
    "createdAt": by_time("created_at"),
    "sentAt": Sort("sent_at", datetime.fromisoformat, nullable=True),
}


class MailObject(ApiStruct):
    """A mail, as short as it goes."""

    id: str
    subject: str
    attempts: Decimal


class MailInput(StrictSerializer):
    """A mail's fields."""

    ignored = frozenset({"id"})
    subject = fields.TextField()
    attempts = fields.IntegerField(required=False)


def add_mail(actor: Actor, subject: str) -> OutboxEmail:
    """One row of the table that these addresses serve."""
    return OutboxEmail.unscoped.create(
        company=actor.company,
        kind="test",
        related_id=ids.new_id(),
        to=["alice@example.com"],
        subject=subject,
        message_id=f"<{ids.new_id()}@example.com>",
        created_by=actor.id,
    )


class MailViewSet(ApiViewSet):
    """Mails; some subjects make a new one fail."""

    resource = "invoices"
    listing = Listing(row=MailObject, columns=("subject",), sorts=SORTS, default_sort="createdAt")

    def get_object(self) -> OutboxEmail:
        """The mail of the path."""
        pk = ids.decode(OutboxEmail.PREFIX, self.kwargs["public_id"])
        mail = OutboxEmail.objects.filter(pk=pk).first() if pk else None
        if mail is None:
            raise NotFound("Mail", self.kwargs["public_id"])
        return mail

    def serialize(self, row: OutboxEmail) -> MailObject:
        """The mail."""
        return _shown(row)

    def list(self, request: Request) -> Response:
        """A page of them."""
        return self.page(OutboxEmail.objects.all(), str)

    def create(self, request: Request) -> Response:
        """Adds a mail, then does what its subject says."""
        values = self.input(MailInput, "Mail")
        mail = add_mail(self.actor, values["subject"])
        if mail.subject == "crash":
            raise RuntimeError("password=hunter2")
        if mail.subject == "twin":
            OutboxEmail.objects.create(
                company=mail.company, kind="", related_id=mail.id, to=[], subject="", message_id=mail.message_id
            )
        return created(self.serialize(mail), f"/mails/{mail.public_id}")

    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One mail."""
        return self.one()

    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent."""
        OutboxEmail.objects.filter(pk=self.get_object().pk).update(**self.input(MailInput, "Mail"))
        return single(self.serialize(self.get_object()))

    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes it."""
        self.get_object().delete()
        return Response({"id": public_id, "deleted": True})

    @action(detail=True, methods=["post"])
    def touch(self, request: Request, public_id: str) -> Response:
        """Counts an attempt; takes no body."""
        mail = self.get_object()
        OutboxEmail.objects.filter(pk=mail.pk).update(attempts=mail.attempts + 1)
        return single(self.serialize(self.get_object()))


def _shown(mail: OutboxEmail) -> MailObject:
    return MailObject(id=mail.public_id, subject=mail.subject, attempts=quantity(Decimal(mail.attempts)))


def crash(request: HttpRequest) -> HttpResponse:
    """A view outside the floor that fails."""
    raise RuntimeError("password=hunter2")


router = ApiRouter()
router.register("mails", MailViewSet)

urlpatterns = [
    path("api/v1/", include([*router.urls, path("crash", crash)])),
    re_path(r"^api(?:/|$)", unknown_address),
]
