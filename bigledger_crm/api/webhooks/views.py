"""The addresses of webhooks."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_time
from bigledger_crm.api.responses import Deleted, single, success
from bigledger_crm.api.views import ApiView, ObjectView, SingleView
from bigledger_crm.api.webhooks.inputs import DeliveryFilters, ReplayInput, WebhookFilters, WebhookInput, WebhookUpdate
from bigledger_crm.api.webhooks.objects import (
    DELIVERY_COLUMNS,
    ENDPOINT_COLUMNS,
    DeliveryRow,
    Replayed,
    WebhookDeliveryObject,
    WebhookObject,
    WebhookWithSecret,
    delivery_object,
    delivery_row,
    webhook_object,
    webhook_row,
)
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import WebhookDelivery, WebhookEndpoint
from bigledger_crm.outbox.webhooks import services
from bigledger_crm.tenancy.queries import by_public_id


class WebhookList(ApiView):
    """All endpoints; a new one."""

    resource = "webhooks"
    listing = Listing(
        row=WebhookObject,
        columns=ENDPOINT_COLUMNS,
        sorts={"createdAt": by_time("created_at")},
        default_sort="createdAt",
        filters=WebhookFilters,
    )

    @operation(gives=WebhookObject)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of the addresses that are told of events."""
        return self.list_page(WebhookEndpoint.objects.annotate(is_on=Q(disabled_at=None)), webhook_row)

    @operation(gives=WebhookWithSecret, takes=WebhookInput, status=201, refuses=(services.WebhookLimitReached,))
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new address; the answer shows its secret, once."""
        self.no_parameters()
        values = self.input(WebhookInput, "Webhook")
        endpoint = services.create_endpoint(self.actor, values)
        return self.created(webhook_object(endpoint, with_secret=True), f"/webhooks/{endpoint.public_id}")


class WebhookView(ObjectView[WebhookEndpoint]):
    """At one endpoint."""

    resource = "webhooks"

    def find(self, public_id: str) -> WebhookEndpoint:
        """The endpoint of the path."""
        return by_public_id(WebhookEndpoint.objects.all(), "Webhook", public_id)

    def show(self, row: WebhookEndpoint) -> WebhookObject:
        """The whole endpoint."""
        return webhook_object(row)


class WebhookDetail(SingleView[WebhookEndpoint], WebhookView):
    """One endpoint."""

    @operation(gives=WebhookObject, takes=WebhookUpdate)
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the fields sent; `isActive` switches it on and off."""
        self.no_parameters()
        values = self.input(WebhookUpdate, "Webhook")
        return single(webhook_object(services.update_endpoint(self.actor, self.row, values)))

    patch = put

    @operation(gives=Deleted)
    def delete(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Deletes the address and the record of what it was told."""
        self.no_parameters()
        services.delete_endpoint(self.actor, self.row)
        return success(Deleted(id=public_id))


class WebhookRotation(WebhookView):
    """A new secret."""

    @operation(gives=WebhookWithSecret)
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """A new secret, shown once; for 24 hours the one before it signs as well."""
        self.no_parameters()
        return single(webhook_object(services.rotate_secret(self.actor, self.row), with_secret=True))


class WebhookReplay(WebhookView):
    """A span of events, again."""

    @operation(gives=Replayed, takes=ReplayInput, refuses=(services.WebhookDisabled,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Tells the finished events of a span of time again, at most 1,000, oldest first."""
        self.no_parameters()
        values = self.input(ReplayInput, "Replay")
        told = services.deliveries_between(values["created_after"], values.get("created_before") or clock.now())
        if values.get("status"):
            told = told.filter(status=values["status"])
        return success(Replayed(replayed=services.replay(self.actor, told, self.row)))


class WebhookDeliveryList(WebhookView):
    """What an endpoint was told."""

    listing = Listing(
        row=DeliveryRow,
        columns=DELIVERY_COLUMNS,
        sorts={"createdAt": by_time("created_at")},
        default_sort="createdAt",
        filters=DeliveryFilters,
    )

    @operation(gives=DeliveryRow)
    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """A page of what the address was told, newest first."""
        return self.list_page(WebhookDelivery.objects.filter(endpoint=self.row), delivery_row)


class DeliveryView(WebhookView):
    """At one event for one endpoint."""

    def delivery(self, delivery_id: str) -> WebhookDelivery:
        """The delivery of the path.  Raises NotFound."""
        told = WebhookDelivery.objects.select_related("event", "company").filter(endpoint=self.row)
        return by_public_id(told, "Delivery", delivery_id)


class WebhookDeliveryDetail(DeliveryView):
    """One event for one endpoint."""

    @operation(gives=WebhookDeliveryObject)
    def get(self, request: HttpRequest, public_id: str, delivery_id: str) -> HttpResponse:
        """What the address was told of one event, and every answer."""
        self.no_parameters()
        return single(delivery_object(self.delivery(delivery_id)))


class WebhookDeliveryReplay(DeliveryView):
    """One event, again."""

    @operation(gives=WebhookDeliveryObject, refuses=(services.WebhookDisabled,))
    def post(self, request: HttpRequest, public_id: str, delivery_id: str) -> HttpResponse:
        """Tells the address of the event again; one that is still being told is left alone."""
        self.no_parameters()
        delivery = self.delivery(delivery_id)
        services.replay(self.actor, WebhookDelivery.objects.filter(pk=delivery.pk), self.row)
        return single(delivery_object(self.delivery(delivery_id)))
