"""URLs that exist for the tests of the API's own parts: a small API over the emails of the outbox."""

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
from bigledger_crm.api.viewsets import ApiViewSet, unknown_url
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


class EmailObject(ApiStruct):
    """An email, as short as it goes."""

    id: str
    subject: str
    attempts: Decimal


class EmailInput(StrictSerializer):
    """An email's fields."""

    ignored = frozenset({"id"})
    subject = fields.TextField()
    attempts = fields.IntegerField(required=False)


def add_email(actor: Actor, subject: str) -> OutboxEmail:
    """One row of the table that these URLs serve."""
    return OutboxEmail.unscoped.create(
        company=actor.company,
        kind="test",
        related_id=ids.new_id(),
        to=["alice@example.com"],
        subject=subject,
        message_id=f"<{ids.new_id()}@example.com>",
        created_by=actor.id,
    )


class EmailViewSet(ApiViewSet):
    """Emails; some subjects make a new one fail."""

    resource = "invoices"
    listing = Listing(row=EmailObject, columns=("subject",), sorts=SORTS, default_sort="createdAt")

    def get_object(self) -> OutboxEmail:
        """The email of the path."""
        pk = ids.decode(OutboxEmail.PREFIX, self.kwargs["public_id"])
        email = OutboxEmail.objects.filter(pk=pk).first() if pk else None
        if email is None:
            raise NotFound("Email", self.kwargs["public_id"])
        return email

    def serialize(self, row: OutboxEmail) -> EmailObject:
        """The email."""
        return _shown(row)

    def list(self, request: Request) -> Response:
        """A page of them."""
        return self.page(OutboxEmail.objects.all(), str)

    def create(self, request: Request) -> Response:
        """Adds an email, then does what its subject says."""
        values = self.input(EmailInput, "Email")
        email = add_email(self.actor, values["subject"])
        if email.subject == "crash":
            raise RuntimeError("password=hunter2")
        if email.subject == "twin":
            OutboxEmail.objects.create(
                company=email.company, kind="", related_id=email.id, to=[], subject="", message_id=email.message_id
            )
        return created(self.serialize(email), f"/emails/{email.public_id}")

    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One email."""
        return self.one()

    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent."""
        OutboxEmail.objects.filter(pk=self.get_object().pk).update(**self.input(EmailInput, "Email"))
        return single(self.serialize(self.get_object()))

    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes it."""
        self.get_object().delete()
        return Response({"id": public_id, "deleted": True})

    @action(detail=True, methods=["post"])
    def touch(self, request: Request, public_id: str) -> Response:
        """Counts an attempt; takes no body."""
        email = self.get_object()
        OutboxEmail.objects.filter(pk=email.pk).update(attempts=email.attempts + 1)
        return single(self.serialize(self.get_object()))


def _shown(email: OutboxEmail) -> EmailObject:
    return EmailObject(id=email.public_id, subject=email.subject, attempts=quantity(Decimal(email.attempts)))


def crash(request: HttpRequest) -> HttpResponse:
    """A plain Django view that fails."""
    raise RuntimeError("password=hunter2")


router = ApiRouter()
router.register("emails", EmailViewSet)

urlpatterns = [
    path("api/v1/", include([*router.urls, path("crash", crash)])),
    re_path(r"^api(?:/|$)", unknown_url),
]
