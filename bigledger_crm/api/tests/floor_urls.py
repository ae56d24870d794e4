"""Addresses that exist for the floor's own tests: a small API over the outbox's mails."""

from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

from bigledger_crm.api import fields
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import Sort, by_number, by_text, by_time
from bigledger_crm.api.responses import ApiStruct, quantity, single, success
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.api.views import ApiView, ObjectView, SingleView, unknown_address
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


class MailList(ApiView):
    """All mails; a new one, which some subjects make fail."""

    resource = "invoices"
    listing = Listing(row=MailObject, columns=("subject",), sorts=SORTS, default_sort="createdAt")

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of them."""
        return self.list_page(OutboxEmail.objects.all(), str)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Adds a mail, then does what its subject says."""
        values = self.input(MailInput, "Mail")
        mail = add_mail(self.actor, values["subject"])
        if mail.subject == "crash":
            raise RuntimeError("password=hunter2")
        if mail.subject == "twin":
            OutboxEmail.objects.create(
                company=mail.company, kind="", related_id=mail.id, to=[], subject="", message_id=mail.message_id
            )
        return self.created(_shown(mail), f"/mails/{mail.public_id}")


class MailView(ObjectView[OutboxEmail]):
    """At one mail."""

    resource = "invoices"

    def find(self, public_id: str) -> OutboxEmail:
        """The mail of the path."""
        pk = ids.decode(OutboxEmail.PREFIX, public_id)
        mail = OutboxEmail.objects.filter(pk=pk).first() if pk else None
        if mail is None:
            raise NotFound("Mail", public_id)
        return mail

    def show(self, row: OutboxEmail) -> MailObject:
        """The mail."""
        return _shown(row)


class MailDetail(SingleView[OutboxEmail], MailView):
    """One mail."""

    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the fields sent."""
        OutboxEmail.objects.filter(pk=self.row.pk).update(**self.input(MailInput, "Mail"))
        return single(self.show(self.row))

    def delete(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Deletes it."""
        self.row.delete()
        return success({"id": public_id, "deleted": True})


class MailTouch(MailView):
    """An action that takes no body."""

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Counts an attempt."""
        mail = self.row
        OutboxEmail.objects.filter(pk=mail.pk).update(attempts=mail.attempts + 1)
        return single(self.show(self.row))


def _shown(mail: OutboxEmail) -> MailObject:
    return MailObject(id=mail.public_id, subject=mail.subject, attempts=quantity(Decimal(mail.attempts)))


def crash(request: HttpRequest) -> HttpResponse:
    """A view outside the floor that fails."""
    raise RuntimeError("password=hunter2")


urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("mails", MailList.as_view()),
                path("mails/<str:public_id>", MailDetail.as_view()),
                path("mails/<str:public_id>/touch", MailTouch.as_view()),
                path("crash", crash),
            ]
        ),
    ),
    re_path(r"^api(?:/|$)", unknown_address),
]
