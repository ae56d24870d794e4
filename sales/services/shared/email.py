"""The email that a document goes out with, in its customer's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from bigledger_crm.kernel import languages
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.outbox.email_templates.services import money_text, render_email
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import UNDO, draft_email, reply_address
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from customers.queries import addresses_for, language_of
from sales.models import SaleDocument


@dataclass(frozen=True)
class EmailOptions:
    """An email as its sender wants it; None leaves it to the product."""

    to: Sequence[str] | None = None
    cc: Sequence[str] = ()
    subject: str | None = None
    message: str | None = None
    attach_pdf: bool = True
    can_be_taken_back: bool = False

    @property
    def held(self) -> timedelta:
        """How long the email waits before it goes."""
        return UNDO if self.can_be_taken_back else timedelta()

    def receivers(self, customer: UUID, kind: str) -> Sequence[str]:
        """The given addresses, else those where the customer wants documents of the kind now.

        Raises InvalidData naming `to` when the customer has no address.
        """
        if self.to is not None:
            return self.to
        if found := addresses_for(customer, kind):
            return found
        raise no_address()


def no_address() -> InvalidData:
    """The refusal of an email without recipients to a customer without an address."""
    return InvalidData("Email", field_error("to", "The customer has no email address. Enter at least one recipient."))


def email_language(actor: Actor, customer: UUID) -> str:
    """The language in which the company writes to a customer."""
    return languages.resolve_language(language_of(customer), actor.company.language)


def document_email_content(
    actor: Actor, kind: str, document: SaleDocument, number: str, **facts: str | date
) -> tuple[EmailContent, str]:
    """What the company writes with a document, and the language of it; `facts` are those that only this kind has."""
    language = email_language(actor, document.customer_id)
    common = {
        "customer": document.customer_name,
        "number": number,
        "total": money_text(document.total, document.currency),
        "reference": document.reference,
    }
    return render_email(actor, kind, language, {**common, **facts}), language


def draft_document_email(
    actor: Actor,
    message: EmailOptions,
    content: EmailContent,
    language: str,
    *,
    kind: str,
    related_id: UUID,
    to: Sequence[str],
) -> OutboxEmail:
    """The email of a document, not queued: what its sender typed, else the company's text.  Raises InvalidData."""
    return draft_email(
        actor,
        kind=kind,
        related_id=related_id,
        to=to,
        cc=message.cc,
        subject=message.subject or content.subject,
        body=message.message or content.body,
        reply_to=reply_address(actor),
        language=language,
        figure=(content.figure, content.figure_note),
    )
