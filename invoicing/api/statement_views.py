"""Sending a customer's statement of account."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api import fields
from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import ApiStruct, amount, single
from bigledger_crm.outbox.errors import EmailLimitReached
from customers.api.views import CustomerView
from invoicing.rules import check_span
from invoicing.services import Span, send_statement
from sales.api.inputs import SendInput
from sales.api.objects import DeliveryObject, day, delivery_object
from sales.api.quote_views import message_of


class StatementInput(SendInput):
    """A mail with a statement: all days unless some are given."""

    date_from = fields.DayField(required=False, allow_null=True)
    date_to = fields.DayField(required=False, allow_null=True)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The days in their order."""
        problem = check_span(values.get("date_from"), values.get("date_to"))
        return {"dateTo": problem} if problem else {}


class SentStatement(ApiStruct):
    """A statement that was just sent: its days, the closing balance in the customer's currency, and its mail."""

    customer_id: str
    date_from: str | None
    date_to: str | None
    currency: str
    balance: Decimal
    delivery: DeliveryObject


class StatementSend(CustomerView):
    """Sending a statement."""

    @operation(gives=SentStatement, takes=StatementInput, refuses=(EmailLimitReached,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Queues the mail of a customer's statement; without `to` it goes to the contacts chosen for statements."""
        self.no_parameters()
        values = self.input(StatementInput, "Email", optional=True)
        span = Span(values.get("date_from"), values.get("date_to"))
        balance, email = send_statement(self.actor, self.row, span, message_of(values))
        return single(
            SentStatement(
                customer_id=public_id,
                date_from=day(span.first),
                date_to=day(span.last),
                currency=self.row.currency,
                balance=amount(balance, self.row.currency),
                delivery=delivery_object(email),
            )
        )
