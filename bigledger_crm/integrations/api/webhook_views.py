"""The resource of webhooks, and what they were told."""

from django.db.models import Q
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_time
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.integrations.api.webhook_inputs import (
    DeliveryFilters,
    ReplayInput,
    WebhookFilters,
    WebhookInput,
    WebhookUpdate,
)
from bigledger_crm.integrations.api.webhook_responses import (
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

DELIVERIES = Listing(
    row=DeliveryRow,
    columns=DELIVERY_COLUMNS,
    sorts={"createdAt": by_time("created_at")},
    default_sort="createdAt",
    filters=DeliveryFilters,
)


class WebhookViewSet(ApiViewSet):
    """URLs that are told of events."""

    resource = "webhooks"
    listing = Listing(
        row=WebhookObject,
        columns=ENDPOINT_COLUMNS,
        sorts={"createdAt": by_time("created_at")},
        default_sort="createdAt",
        filters=WebhookFilters,
    )

    def get_object(self) -> WebhookEndpoint:
        """The endpoint of the path."""
        return by_public_id(WebhookEndpoint.objects.all(), "Webhook", self.kwargs["public_id"])

    def serialize(self, row: WebhookEndpoint) -> WebhookObject:
        """The whole endpoint."""
        return webhook_object(row)

    @extend_schema(responses=Answer(WebhookObject))
    def list(self, request: Request) -> Response:
        """A page of the URLs that are told of events."""
        return self.page(WebhookEndpoint.objects.annotate(is_on=Q(disabled_at=None)), webhook_row)

    @extend_schema(
        request=WebhookInput, responses=Answer(WebhookWithSecret, 201, refuses=[services.WebhookLimitReached])
    )
    def create(self, request: Request) -> Response:
        """A new URL; the answer shows its secret, once."""
        endpoint = services.create_endpoint(self.actor, self.input(WebhookInput, "Webhook"))
        return created(webhook_object(endpoint, with_secret=True), f"/webhooks/{endpoint.public_id}")

    @extend_schema(responses=Answer(WebhookObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One endpoint."""
        return self.one()

    @extend_schema(request=WebhookUpdate, responses=Answer(WebhookObject))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent; `isActive` switches it on and off."""
        values = self.input(WebhookUpdate, "Webhook")
        return single(self.serialize(services.update_endpoint(self.actor, self.get_object(), values)))

    partial_update = update

    @extend_schema(responses=Answer(Deleted))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes the URL and the record of what it was told."""
        services.delete_endpoint(self.actor, self.get_object())
        return Response(Deleted(id=public_id))

    @extend_schema(responses=Answer(WebhookWithSecret))
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, public_id: str) -> Response:
        """A new secret, shown once; for 24 hours the one before it signs as well."""
        return single(webhook_object(services.rotate_secret(self.actor, self.get_object()), with_secret=True))

    @extend_schema(request=ReplayInput, responses=Answer(Replayed, refuses=[services.WebhookDisabled]))
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, public_id: str) -> Response:
        """Tells the finished events of a span of time again, at most 1,000, oldest first."""
        values = self.input(ReplayInput, "Replay")
        told = services.deliveries_between(values["created_after"], values.get("created_before") or clock.now())
        if values.get("status"):
            told = told.filter(status=values["status"])
        return Response(Replayed(replayed=services.replay(self.actor, told, self.get_object())))

    @extend_schema(responses=Answer(DeliveryRow))
    @action(detail=True, listing=DELIVERIES)
    def deliveries(self, request: Request, public_id: str) -> Response:
        """A page of what the URL was told, newest first."""
        return self.page(WebhookDelivery.objects.filter(endpoint=self.get_object()), delivery_row)

    @extend_schema(responses=Answer(WebhookDeliveryObject))
    @action(detail=True, url_path="deliveries/<str:delivery_id>")
    def delivery(self, request: Request, public_id: str, delivery_id: str) -> Response:
        """What the URL was told of one event, and every answer."""
        return single(delivery_object(self.get_delivery()))

    @extend_schema(responses=Answer(WebhookDeliveryObject, refuses=[services.WebhookDisabled]))
    @action(detail=True, methods=["post"], url_path="deliveries/<str:delivery_id>/replay")
    def replay_delivery(self, request: Request, public_id: str, delivery_id: str) -> Response:
        """Tells the URL of the event again; one that is still being told is left alone."""
        delivery = self.get_delivery()
        services.replay(self.actor, WebhookDelivery.objects.filter(pk=delivery.pk), delivery.endpoint)
        return single(delivery_object(self.get_delivery()))

    def get_delivery(self) -> WebhookDelivery:
        """The delivery of the path.  Raises NotFound."""
        told = WebhookDelivery.objects.select_related("event", "company").filter(endpoint=self.get_object())
        return by_public_id(told, "Delivery", self.kwargs["delivery_id"])
