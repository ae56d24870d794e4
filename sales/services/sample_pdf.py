"""A sample invoice that shows the current branding."""

from bigledger_crm.documents.services import Paper, made_paper
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from sales.services.shared.print_context import paper_head


def sample_paper(actor: Actor) -> Paper:
    """An invoice of nothing to nobody, as the company's papers look now."""
    company = actor.company
    customer = Customer(company=company, customer_number="CUST-0000", name="Acme Trading", currency=company.currency)
    head = paper_head(
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
    return made_paper({**head, **facts, "terms": company.invoice_terms}, clock.now())
