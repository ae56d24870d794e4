"""The figures of a person who sees own records only."""

from datetime import timedelta

from bigledger_crm.tenancy.actor import Actor, member_scope
from bigledger_crm.tenancy.models import Company, Membership
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from customers.models import Customer
from invoicing.analytics.expected_payments import expected_payments
from invoicing.analytics.funnel import quote_funnel, sales_funnel
from invoicing.analytics.payment_behaviour import payment_behaviour
from invoicing.analytics.quiet_customers import quiet_customers
from invoicing.analytics.quote_report import quote_report
from invoicing.analytics.receivables_ageing import receivables_ageing
from invoicing.analytics.sales_breakdown import sales_by
from invoicing.analytics.sales_reports import (
    owed_by_due_day,
    payments_by_day,
    sales_by_customer,
    sales_by_day,
    sales_by_item,
)
from invoicing.analytics.tax_by_document import tax_by_document
from invoicing.analytics.tax_summary import tax_summary
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.services import create_credit_note, record_payment
from sales.services import convert_quote_to_order

DIMENSIONS = ("day", "customer", "item", "tag", "owner", "country")


def _year(company: Company, actor: Actor) -> list[object]:
    """Every figure that is added up."""
    today = actor.today()
    first = today.replace(year=today.year - 1)
    span = (company, first, today)
    return [
        sales_by_day(*span),
        [(sold.name, sold.value) for sold in sales_by_customer(*span)],
        [(sold.name, sold.value) for sold in sales_by_item(*span)],
        payments_by_day(*span),
        sorted(owed_by_due_day(), key=lambda owed: owed.due),
        quote_funnel(*span, today),
        sales_funnel(*span, today),
        quote_report(*span, today),
        receivables_ageing(company, today),
        receivables_ageing(company, first + timedelta(days=300), by="owner").total,
        tax_by_document(*span),
        tax_summary(*span),
        payment_behaviour(*span),
        expected_payments(company, today),
        [(found.name, found.sales) for found in quiet_customers(company, today + timedelta(days=60))],
        *(sales_by(company, dimension, (first, today)) for dimension in DIMENSIONS),
    ]


def _sell(actor: Actor, customer: Customer) -> None:
    quote = make_quote(actor, customer, accepted=True)
    make_quote(actor, customer)
    convert_quote_to_order(actor, quote)
    make_order(actor, customer)
    paid = make_invoice(actor, customer)
    record_payment(actor, paid, PaymentInput(amount=paid.total, payment_method="cash"))
    create_credit_note(actor, CreditNoteInput(invoice_id=make_invoice(actor, customer, [line("2")]).public_id))
    make_invoice(actor, customer, [line("3")])
    for back in (90, 120, 150, 180):
        make_invoice(actor, customer, invoice_date=actor.today() - timedelta(days=back))


def test_his_figures_are_those_of_his_records(actor: Actor, limited: Membership) -> None:
    with company_scope(actor.company):
        _sell(actor, make_customer(actor, owner_id=limited.user.public_id))
        alone = _year(actor.company, actor)
    with member_scope(limited):
        assert _year(actor.company, actor) == alone
    with company_scope(actor.company):
        _sell(actor, make_customer(actor))
        assert all(now != before for now, before in zip(_year(actor.company, actor), alone, strict=True) if before)
    with member_scope(limited):
        assert _year(actor.company, actor) == alone


def test_an_own_invoice_of_another_s_customer_is_counted_under_its_name(actor: Actor, limited: Membership) -> None:
    today = actor.today()
    with company_scope(actor.company):
        make_invoice(actor, make_customer(actor, name="Hers"), [line("3")], owner_id=limited.user.public_id)
    with member_scope(limited):
        found = sales_by(actor.company, "customer", (today, today))
    (group,) = found.groups
    assert (group.name, group.code, group.is_open, group.sales) == ("Hers", "", False, found.total)
    assert found.total.invoiced == 300
