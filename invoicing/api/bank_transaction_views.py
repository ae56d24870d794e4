"""The resource of bank transactions: reading, matching and ignoring them."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_number, by_time
from bigledger_crm.api.responses import single
from bigledger_crm.api.viewsets import ApiViewSet
from invoicing.api.bank_inputs import BankMatchInput
from invoicing.api.bank_transaction_responses import (
    TRANSACTION_COLUMNS,
    BankSuggestion,
    BankTransactionObject,
    BankTransactionRow,
    suggestion_object,
    transaction_object,
    transaction_row,
)
from invoicing.api.inputs import TakeBackInput
from invoicing.bank_errors import (
    BankMatchDiffers,
    BankTransactionIgnored,
    BankTransactionLeft,
    BankTransactionMatched,
    MatchedInBank,
)
from invoicing.errors import (
    AllocationExceedsAmountDue,
    AllocationExceedsCredit,
    InvoiceNotIssued,
    PaymentAlreadyVoided,
    PaymentCreditSpent,
    RefundAlreadyVoided,
)
from invoicing.filters import BankTransactionFilters
from invoicing.models import BankTransaction
from invoicing.queries.bank import bank_transaction_by_public_id
from invoicing.queries.bank_suggestions import suggestions
from invoicing.services import ignore_transaction, match_transaction, unmatch_transaction

SUGGESTIONS = Answer(list[BankSuggestion])  # in the class, `list` is the method
MATCHING = (
    BankTransactionMatched,
    BankTransactionIgnored,
    BankTransactionLeft,
    BankMatchDiffers,
    MatchedInBank,
    InvoiceNotIssued,
    AllocationExceedsAmountDue,
    AllocationExceedsCredit,
    PaymentAlreadyVoided,
    RefundAlreadyVoided,
)


class BankTransactionViewSet(ApiViewSet):
    """The movements of all bank accounts."""

    resource = "bank"
    listing = Listing(
        BankTransactionRow,
        TRANSACTION_COLUMNS,
        {"bookingDate": by_day("booking_date"), "amount": by_number("amount"), "createdAt": by_time("created_at")},
        "bookingDate",
        BankTransactionFilters,
    )

    def get_object(self) -> BankTransaction:
        """The transaction of the path."""
        return bank_transaction_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: BankTransaction) -> BankTransactionObject:
        """The whole transaction."""
        return transaction_object(row)

    @extend_schema(responses=Answer(BankTransactionRow))
    def list(self, request: Request) -> Response:
        """A page of bank transactions."""
        return self.page(BankTransaction.objects.all(), transaction_row)

    @extend_schema(responses=Answer(BankTransactionObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One bank transaction."""
        return self.one()

    @extend_schema(request=TakeBackInput, responses=Answer(BankTransactionObject, refuses=[BankTransactionMatched]))
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, public_id: str) -> Response:
        """Takes a transaction that belongs to no invoice off those that wait."""
        reason = self.input(TakeBackInput, "Bank transaction", optional=True).get("reason", "")
        return single(self.serialize(ignore_transaction(self.actor, self.get_object(), reason=reason)))

    @extend_schema(responses=SUGGESTIONS)
    @action(detail=True, methods=["get"])
    def suggestions(self, request: Request, public_id: str) -> Response:
        """What an unmatched transaction may be, with the reasons; none for one that is matched or ignored."""
        transaction = self.get_object()
        return Response([suggestion_object(one, transaction.currency) for one in suggestions(transaction)])

    @extend_schema(request=BankMatchInput, responses=Answer(BankTransactionObject, refuses=MATCHING))
    @action(detail=True, methods=["post"])
    def match(self, request: Request, public_id: str) -> Response:
        """Says what a transaction is: a payment or refund that was recorded, or money of a customer for invoices.

        For the latter the payment is recorded.
        """
        values = self.input(BankMatchInput, "Bank match")
        return single(self.serialize(match_transaction(self.actor, self.get_object(), values)))

    @extend_schema(request=TakeBackInput, responses=Answer(BankTransactionObject, refuses=[PaymentCreditSpent]))
    @action(detail=True, methods=["post"])
    def unmatch(self, request: Request, public_id: str) -> Response:
        """Puts a transaction that was matched or ignored back among those that wait.

        A payment that the match made is voided, and its bank charge reversed; one recorded by hand stays.
        """
        reason = self.input(TakeBackInput, "Bank transaction", optional=True).get("reason", "")
        return single(self.serialize(unmatch_transaction(self.actor, self.get_object(), reason=reason)))
