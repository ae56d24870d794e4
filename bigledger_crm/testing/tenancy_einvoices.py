"""E-invoices in the matrix of tenancy: objects, calls and pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bigledger_crm.kernel import clock
from bigledger_crm.testing.einvoice_rows import make_einvoice
from bigledger_crm.testing.factories import make_invoice
from bigledger_crm.testing.tenancy_call import Call, Page, form, nothing
from bigledger_crm.testing.tenancy_given import Given
from invoicing.queries import credit_note_by_public_id
from invoicing.services import post_journal

if TYPE_CHECKING:
    from bigledger_crm.testing.tenancy_fixtures import Fixtures


@dataclass(frozen=True)
class EInvoiceFixtures:
    """The public ids of an accepted e-invoice, and of the invoice that it reports."""

    reported_invoice: str
    einvoice: str


def make_einvoice_fixtures(given: Given, credit_note_id: str) -> dict[str, str]:
    """The fields of EInvoiceFixtures; the credit note has an accepted e-invoice too."""
    invoice = make_invoice(given.actor, given.customer, given.lines, **given.texts)
    asked: dict[str, Any] = {"rejection_requested_at": clock.now(), "rejection_reason": given.text}
    make_einvoice(credit_note_by_public_id(credit_note_id))
    post_journal(given.actor)  # so that no page has it to do
    return {"reported_invoice": invoice.public_id, "einvoice": make_einvoice(invoice, **asked).public_id}


def _reason(world: "Fixtures") -> dict[str, str]:
    return {"reason": "Wrong buyer"}


def _month(world: "Fixtures") -> dict[str, str]:
    return {"month": "2024-01"}


EINVOICE_PAGES = (
    Page("einvoices"),
    Page("einvoices/<str:public_id>", "einvoice", 302),  # to the page of its invoice
    Page("einvoices/<str:public_id>/file", "einvoice"),
    *form("einvoices/<str:public_id>/cancel", "einvoice"),
    *(
        Page(f"{route}/<str:public_id>/einvoice{below}", name, status, method)
        for route, name in (("invoices", "reported_invoice"), ("credit-notes", "credit_note"))
        for below, status, method in (
            ("", 200, "GET"),
            ("/submit", 302, "POST"),
            ("/buyer", 302, "GET"),
            ("/buyer", 302, "POST"),
        )
    ),
)
EINVOICE_CALLS = (
    Call("GET", "einvoices", 200),
    Call("GET", "einvoices/<str:public_id>", 200, "einvoice"),
    Call("GET", "einvoices/<str:public_id>/document", 200, "einvoice"),
    Call("GET", "einvoices/consolidation", 422),  # e-invoices are off
    Call("POST", "einvoices/consolidate", 422, "", _month),
    Call("POST", "einvoices/<str:public_id>/cancel", 200, "einvoice", _reason),
    *(
        Call(method, f"{route}/<str:public_id>/einvoice/{verb}", status, name, body)
        for route, name in (("invoices", "reported_invoice"), ("credit-notes", "credit_note"))
        for method, verb, status, body in (
            ("GET", "check", 200, nothing),
            ("POST", "submit", 422, nothing),  # e-invoices are off
            ("POST", "cancel", 200, _reason),
        )
    ),
)
