"""Custom fields in lists of the API: as filters and sorts."""

from dataclasses import replace
from typing import ClassVar

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_values
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.custom_fields.value_filters import PARAMETER, filters_for
from bigledger_crm.custom_fields.value_sorts import sorts_of, unsorted_of


class CustomFieldsMixin(ApiViewSet):
    """A resource whose objects can have custom fields, under its name `custom_fields_of`."""

    custom_fields_of: ClassVar[str]
    own_names = (
        PARAMETER,
        "Values in the company's custom fields, such as `customFields.industry=Technology`. Numbers and amounts also "
        "take the ends of a range, such as `customFields.sizeMin` and `customFields.sizeMax`, and dates such as "
        "`customFields.sinceFrom` and `customFields.sinceTo`",
    )

    @property
    def custom_fields(self) -> DeclaredFields:
        """Those of the company."""
        return fields_for(self.actor, self.custom_fields_of)

    def present_listing(self) -> Listing:
        """The list with filters and sorts by the company's fields."""
        listing = super().present_listing()
        fields = self.custom_fields
        if self.action != "list" or not fields.present:
            return listing
        own = sorts_of(fields.present)
        return replace(
            listing,
            filters=filters_for(listing.filters, self.actor.company, fields),
            sorts={**listing.sorts, **{name: by_values(*how) for name, how in own.items()}},
            unsorted=unsorted_of(fields.present),
        )
