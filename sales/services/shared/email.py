"""The letter that a document goes out with, in its customer's language."""

from datetime import date
from uuid import UUID

from bigledger_crm.kernel import languages
from bigledger_crm.outbox.letters.services import money_words, write_letter
from bigledger_crm.outbox.letters.texts import Letter
from bigledger_crm.tenancy.actor import Actor
from customers.queries import language_of
from sales.models import SaleDocument


def email_language(actor: Actor, customer: UUID) -> str:
    """The language in which the company writes to a customer."""
    return languages.chosen(language_of(customer), actor.company.language)


def letter_about(
    actor: Actor, kind: str, document: SaleDocument, number: str, **facts: str | date
) -> tuple[Letter, str]:
    """What the company writes with a document, and the language of it; `facts` are those that only this kind has."""
    language = email_language(actor, document.customer_id)
    common = {
        "customer": document.customer_name,
        "number": number,
        "total": money_words(document.total, document.currency),
        "reference": document.reference,
    }
    return write_letter(actor, kind, language, {**common, **facts}), language
