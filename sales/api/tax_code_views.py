"""The resource of tax codes."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_text
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.api.viewsets import ApiViewSet
from sales.api.catalogue_inputs import TaxCodeInput, TaxCodeUpdate
from sales.api.tax_code_responses import TAX_CODE_COLUMNS, TaxCodeObject, show_tax_code, tax_code_object
from sales.errors import TaxCodeInUse, TaxCodeTaken
from sales.filters import TaxCodeFilters
from sales.models import TaxCode
from sales.queries import rates_by_tax_code, tax_code_by_public_id
from sales.services import create_tax_code, delete_tax_code, update_tax_code


class TaxCodeViewSet(ApiViewSet):
    """Tax codes."""

    resource = "tax-codes"
    listing = Listing(
        row=TaxCodeObject,
        columns=TAX_CODE_COLUMNS,
        sorts={"code": by_text("code")},
        default_sort="code",
        filters=TaxCodeFilters,
    )

    def get_object(self) -> TaxCode:
        """The tax code of the path."""
        return tax_code_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: TaxCode) -> TaxCodeObject:
        """The whole tax code."""
        return show_tax_code(row, self.actor.today())

    @extend_schema(responses=Answer(TaxCodeObject))
    def list(self, request: Request) -> Response:
        """A page of tax codes."""
        today = self.actor.today()
        rates = rates_by_tax_code()
        return self.page(
            TaxCode.objects.all(),
            lambda *columns: tax_code_object(columns, rates.get(columns[0], []), today),
        )

    @extend_schema(request=TaxCodeInput, responses=Answer(TaxCodeObject, 201, refuses=[TaxCodeTaken]))
    def create(self, request: Request) -> Response:
        """A new tax code."""
        tax_code = create_tax_code(self.actor, self.input(TaxCodeInput, "Tax code"))
        return created(self.serialize(tax_code), f"/tax-codes/{tax_code.public_id}")

    @extend_schema(responses=Answer(TaxCodeObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One tax code."""
        return self.one()

    @extend_schema(request=TaxCodeUpdate, responses=Answer(TaxCodeObject))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent; `rate` holds from today on, `rates` replaces all; documents keep their rates."""
        tax_code = self.get_object()
        return single(self.serialize(update_tax_code(self.actor, tax_code, self.input(TaxCodeUpdate, "Tax code"))))

    partial_update = update

    @extend_schema(responses=Answer(Deleted, refuses=[TaxCodeInUse]))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes a tax code that nothing names."""
        delete_tax_code(self.actor, self.get_object())
        return Response(Deleted(id=public_id))
