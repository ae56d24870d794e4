"""The resource of custom fields."""

from django.db.models import Q
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_number, by_text, by_time
from bigledger_crm.api.responses import created, single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.custom_fields.api.inputs import CustomFieldInput, CustomFieldUpdate
from bigledger_crm.custom_fields.api.responses import (
    COLUMNS,
    CustomFieldObject,
    MisfitsObject,
    custom_field_object,
    custom_field_row,
    misfit_object,
)
from bigledger_crm.custom_fields.errors import CustomFieldExists, CustomFieldLimitReached, CustomFieldNotUnique
from bigledger_crm.custom_fields.filters import CustomFieldFilters
from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.custom_fields.queries import custom_field_by_public_id, may_see, misfits
from bigledger_crm.custom_fields.services import (
    create_custom_field,
    delete_custom_field,
    restore_custom_field,
    update_custom_field,
)
from bigledger_crm.tenancy.actor import MissingRight

_SHOWN = 100


class CustomFieldViewSet(ApiViewSet):
    """Fields that a company gives to its objects."""

    resource = "custom-fields"
    listing = Listing(
        row=CustomFieldObject,
        columns=COLUMNS,
        sorts={
            "position": by_number("position"),
            "label": by_text("label"),
            "createdAt": by_time("created_at"),
        },
        default_sort="position",
        filters=CustomFieldFilters,
    )

    def get_object(self) -> CustomField:
        """The field of the path."""
        return custom_field_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: CustomField) -> CustomFieldObject:
        """The whole field."""
        return custom_field_object(row)

    @extend_schema(responses=Answer(CustomFieldObject))
    def list(self, request: Request) -> Response:
        """A page of custom fields, deleted ones too."""
        return self.page(CustomField.objects.annotate(is_deleted=Q(deleted_at__isnull=False)), custom_field_row)

    @extend_schema(
        request=CustomFieldInput,
        responses=Answer(
            CustomFieldObject, 201, refuses=[CustomFieldExists, CustomFieldLimitReached, CustomFieldNotUnique]
        ),
    )
    def create(self, request: Request) -> Response:
        """A new field of a kind of objects; values that they have under its key become those of the field."""
        field = create_custom_field(self.actor, self.input(CustomFieldInput, "Custom field", field=None))
        return created(self.serialize(field), f"/custom-fields/{field.public_id}")

    @extend_schema(responses=Answer(CustomFieldObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One field."""
        return self.one()

    @extend_schema(request=CustomFieldUpdate, responses=Answer(CustomFieldObject, refuses=[CustomFieldNotUnique]))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent; values that objects have stay as they are."""
        field = self.get_object()
        values = self.input(CustomFieldUpdate, "Custom field", field=field)
        return single(self.serialize(update_custom_field(self.actor, field, values)))

    partial_update = update

    @extend_schema(responses=Answer(CustomFieldObject))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Hides the field and the values in it; they are kept, and can be restored."""
        return single(self.serialize(delete_custom_field(self.actor, self.get_object())))

    @extend_schema(responses=Answer(CustomFieldObject, refuses=[CustomFieldLimitReached, CustomFieldNotUnique]))
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, public_id: str) -> Response:
        """Shows a deleted field with its values again."""
        return single(self.serialize(restore_custom_field(self.actor, self.get_object())))

    @extend_schema(responses=Answer(MisfitsObject))
    @action(detail=True)
    def misfits(self, request: Request, public_id: str) -> Response:
        """Values that aren't right for the field: they were there before it, or before it was changed."""
        field = self.get_object()
        if not may_see(self.actor, field):
            raise MissingRight("custom-fields:read-all")
        found = misfits(field, self.actor.company, _SHOWN)
        first = [misfit_object(row, value) for row, value in found.first]
        return single(MisfitsObject(count=found.count, is_complete=found.is_complete, misfits=first))
