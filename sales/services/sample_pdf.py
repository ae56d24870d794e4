"""A sample invoice that shows the current branding."""

from bigledger_crm.documents.services import RenderedPdf, render_unstored
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from sales.services.shared.print_context import base_context


def render_sample_pdf(actor: Actor) -> RenderedPdf:
    """A sample invoice that shows the current branding."""
    company = actor.company
    customer = Customer(company=company, customer_number="CUST-0000", name="Acme Trading", currency=company.currency)
    head = base_context(
        company,
        customer,
        {"name": customer.name, "billing_address": company.address},
        kind="invoice",
        title="Invoice",
        number="INV-0000",
        currency=company.currency,
        dates=[("Invoice date", actor.today())],
        watermark="SAMPLE",
    )
    line = {"description": "Widget", "quantity": "2", "unit_price": "50.00", "line_total": "100.00"}
    facts = {"lines": [line], "prices_include_tax": False, "subtotal": "100.00", "total": "100.00"}
    return render_unstored({**head, **facts, "terms": company.invoice_terms}, clock.now())
