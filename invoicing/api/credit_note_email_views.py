"""Emailing a credit note."""

import msgspec
from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import single
from bigledger_crm.outbox.errors import EmailLimitReached
from invoicing.api.credit_note_objects import CreditNoteObject, credit_note_object
from invoicing.api.credit_note_views import CreditNoteView
from invoicing.services import send_credit_note
from sales.api.inputs import SendInput
from sales.api.objects import DeliveryObject, delivery_object
from sales.api.quote_views import message_of


class SentCreditNote(CreditNoteObject):
    """A credit note that was just sent, with its mail."""

    passing = frozenset({"delivery"})
    delivery: DeliveryObject


class CreditNoteSend(CreditNoteView):
    """Sending a credit note."""

    @operation(gives=SentCreditNote, takes=SendInput, refuses=(EmailLimitReached,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Queues the mail of a credit note, which stays as it was issued."""
        self.no_parameters()
        message = message_of(self.input(SendInput, "Email", optional=True))
        email = send_credit_note(self.actor, self.row, message)
        shown = msgspec.structs.asdict(credit_note_object(self.row))
        return single(SentCreditNote(**shown, delivery=delivery_object(email)))
