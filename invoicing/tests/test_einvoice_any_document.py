"""Whatever the product can issue makes an e-invoice with its amounts, or the check says why it doesn't."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.kernel.money import minor_units
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.einvoices import BUYER, Reporting, reporting
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import Customer
from invoicing.einvoice.preflight import check
from invoicing.einvoice.tests.support import read, value
from invoicing.inputs import CreditNoteInput, GoodwillInput
from invoicing.models import EInvoiceSettings
from invoicing.queries.einvoices import Document
from invoicing.services import create_credit_note, create_goodwill_note
from invoicing.services.einvoices import document_of, facts_of
from sales.inputs import QuantityInput
from sales.models import TaxCode

D = Decimal
RATES = {"MYR": {}, "JPY": {"exchange_rate": D("0.0298")}, "KWD": {"exchange_rate": D("14.4012")}}
QUANTITIES = st.one_of(
    st.sampled_from([D(1), D(3), D("0.333333"), D("12.5")]), st.decimals(D("0.00001"), D(1000), places=5)
)
PRICES = st.one_of(st.sampled_from([D(0), D(10), D("99.99")]), st.decimals(D(0), D(5000), places=4))
PERCENTAGES = st.sampled_from([D(0), D(0), D(5), D("33.3333"), D(100)])


@pytest.fixture
def lhdn(company: Company, actor: Actor, in_company: Company, no_broker: None) -> Iterator[Reporting]:
    with reporting(company, actor) as found:
        yield found


@pytest.fixture
def buyers(lhdn: Reporting, actor: Actor) -> dict[str, Customer]:
    return {name: make_customer(actor, **{**BUYER, "name": f"Buyer {name}", "currency": name}) for name in RATES}


@st.composite
def sales(draw: st.DrawFn, tax_codes: list[str]) -> dict[str, Any]:
    currency = draw(st.sampled_from(sorted(RATES)))
    lines = [
        line(
            str(draw(QUANTITIES)),
            str(draw(PRICES)),
            description=draw(st.sampled_from(["Scanner", "扫描仪\nBlack", "x" * 400])),
            discount_percent=draw(PERCENTAGES),
            tax_code=draw(st.sampled_from(tax_codes)),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    shipping = D(draw(st.integers(0, 9999))).scaleb(-minor_units(currency))
    return {
        "currency": currency,
        "items": lines,
        "prices_include_tax": draw(st.booleans()),
        "shipping_cost": draw(st.sampled_from([D(0), shipping])),
        **RATES[currency],
    }


def issued(actor: Actor, buyers: dict[str, Customer], sale: dict[str, Any], kind: str, part: Decimal) -> Document:
    """An invoice, a credit note of all or of a part of one, or a credit note for none.  Raises DomainError."""
    given = {name: what for name, what in sale.items() if name not in ("currency", "items")}
    buyer = buyers[sale["currency"]]
    if kind == "goodwill":
        terms = GoodwillInput(customer_id=buyer.public_id, items=sale["items"], reason="Late delivery", **given)
        return create_goodwill_note(actor, terms)
    invoice = make_invoice(actor, buyer, sale["items"], **given)
    if kind == "invoice":
        return invoice
    note = CreditNoteInput(invoice_id=invoice.public_id, reason="Returned")
    if kind == "part":
        first = invoice.lines.all()[0]
        items = [QuantityInput(item_id=first.public_id, quantity=first.quantity * part)]
        note = CreditNoteInput(invoice_id=invoice.public_id, reason="Returned", items=items)
    return create_credit_note(actor, note)


@pytest.mark.django_db
def test_any_document_builds_or_is_rejected_with_a_reason(
    lhdn: Reporting, actor: Actor, buyers: dict[str, Customer]
) -> None:
    codes = sorted(TaxCode.objects.values_list("code", flat=True))
    found = EInvoiceSettings.objects.get()
    found.starts_on = clock.now().date() + timedelta(days=1)  # so that originals of notes needn't be on MyInvois
    met: Counter[str] = Counter()

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(
        sale=sales(codes),
        kind=st.sampled_from(["invoice", "note", "part", "goodwill"]),
        part=st.sampled_from([D("0.5"), D(1)]),
        as_line=st.booleans(),
    )
    def builds(sale: dict[str, Any], kind: str, part: Decimal, as_line: bool) -> None:
        found.shipping_as_line = as_line
        with transaction.atomic():
            with suppress(DomainError):  # what the product doesn't issue
                meet(issued(actor, buyers, sale, kind, part))
            transaction.set_rollback(True)

    def meet(document: Document) -> None:
        now = clock.now()
        facts = facts_of(document, actor.company, found, now)
        problems = check(facts, now)
        met.update({problem.code for problem in problems} or {"built"})
        assert all(problem.code and problem.message for problem in problems)
        if not problems:
            body = read(document_of(facts, found))
            assert value(body, "LegalMonetaryTotal", "PayableAmount") == document.total
            assert value(body, "TaxTotal", "TaxAmount") == document.total_tax

    builds()
    assert len(met) > 1, met
    assert met["built"], met
