"""Sending a customer's statement of account."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api import fields
from bigledger_crm.api.answers import Answer
from bigledger_crm.api.responses import ApiStruct, amount, single
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.outbox.errors import EmailLimitReached
from customers.api.customer_views import BaseCustomerViewSet
from invoicing.rules import check_span
from invoicing.services import Span, send_statement
from sales.api.document_responses import DeliveryObject, day, delivery_object
from sales.api.email_inputs import SendInput, email_options


class StatementInput(SendInput):
    """An email with a statement: all days unless some are given."""

    date_from = fields.DayField(required=False, allow_null=True)
    date_to = fields.DayField(required=False, allow_null=True)

    def rule_errors(self, values: Mapping[str, Any]) -> list[FieldError]:
        """The days in their order."""
        return field_error("date_to", check_span(values.get("date_from"), values.get("date_to")))


class SentStatement(ApiStruct):
    """A statement that was just sent: its days, the closing balance in the customer's currency, and its email."""

    customer_id: str
    date_from: str | None
    date_to: str | None
    currency: str
    balance: Decimal
    delivery: DeliveryObject


class StatementViewSet(BaseCustomerViewSet):
    """A customer's statement."""

    @extend_schema(request=StatementInput, responses=Answer(SentStatement, refuses=[EmailLimitReached]))
    @action(detail=True, methods=["post"], url_path="statement/send")
    def send(self, request: Request, public_id: str) -> Response:
        """Queues the email of a customer's statement; without `to` it goes to the contacts chosen for statements."""
        values = self.input(StatementInput, "Email", optional=True)
        span = Span(values.get("date_from"), values.get("date_to"))
        customer = self.get_object()
        balance, email = send_statement(self.actor, customer, span, email_options(values))
        return single(
            SentStatement(
                customer_id=public_id,
                date_from=day(span.first),
                date_to=day(span.last),
                currency=customer.currency,
                balance=amount(balance, customer.currency),
                delivery=delivery_object(email),
            )
        )
