"""The pages about taxes and terms."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.factories import make_customer, make_item, make_quote
from bigledger_crm.testing.html import flat
from bigledger_crm.web import formatting
from sales.catalogue_inputs import TaxCodeInput, TaxRateInput
from sales.inputs import CompanyInput
from sales.models import TaxCode
from sales.services import add_missing_tax_codes, create_tax_code, missing_tax_codes, update_company

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def rates(code: TaxCode) -> list[tuple[date, Decimal]]:
    return list(code.rates.order_by("valid_from").values_list("valid_from", "rate"))


def test_the_list_tells_the_rate_of_today_and_the_next(page: Client, actor: Actor) -> None:
    later = actor.today() + timedelta(30)
    dated = [
        TaxRateInput(rate=Decimal(3), valid_from=date.min),
        TaxRateInput(rate=Decimal("4.5"), valid_from=later),
    ]
    code = create_tax_code(actor, TaxCodeInput(code="TTX", name="Tourism tax", rates=dated))
    make_item(actor, tax_code="TTX")
    text = flat(page.get("/settings/taxes"))
    assert f'href="/settings/taxes/{code.public_id}"' in text
    assert f"{formatting.percent(Decimal('4.5'))} from" in text
    assert "Tourism tax" in page.get("/settings/taxes?show=active&export=csv").getvalue().decode()


def test_a_new_code(page: Client) -> None:
    wrong = page.post("/settings/taxes/new", {"code": "X", "name": "X", "rate": "101", "valid_from": ""})
    assert set(wrong.context["form"].errors) == {"rate"}
    assert page.post("/settings/taxes/new", {"code": "X", "name": "X", "rate": "6,5%"}).status_code in (302, 400)
    assert page.post("/settings/taxes/new", {"code": "Y", "name": "Y", "rate": "6.5"}).status_code == 302
    assert rates(TaxCode.objects.get(code="Y")) == [(date.min, Decimal("6.5"))]
    again = page.post("/settings/taxes/new", {"code": "Y", "name": "Y", "rate": "6.5"})
    assert (again.status_code, "exists already" in flat(again)) == (409, True)


def test_a_rate_is_added_and_taken_back(page: Client, actor: Actor) -> None:
    code = create_tax_code(actor, TaxCodeInput(code="Y", name="Y", rate=Decimal(6)))
    later = actor.today() + timedelta(30)
    path = f"/settings/taxes/{code.public_id}"
    form = {"name": "Other", "is_active": "on"}
    assert set(page.post(path, {**form, "rate": "8"}).context["form"].errors) == {"valid_from"}
    assert set(page.post(path, {**form, "valid_from": later.isoformat()}).context["form"].errors) == {"rate"}
    wrong = page.post(path, {**form, "rate": "101", "valid_from": later.isoformat()})
    assert set(wrong.context["form"].errors) == {"rate"}
    assert page.post(path, {**form, "rate": "8", "valid_from": later.isoformat()}).status_code == 302
    assert rates(code) == [(date.min, Decimal(6)), (later, Decimal(8))]
    assert "applies today" in flat(page.get(path))
    assert page.post(path, {"name": "Other", "removed": [later.isoformat()]}).status_code == 302
    code.refresh_from_db()
    assert (rates(code), code.name, code.is_active) == ([(date.min, Decimal(6))], "Other", False)


def test_a_viewer_reads_only(client: Client, bob: User) -> None:
    client.force_login(bob)
    text = flat(client.get("/settings/taxes"))
    assert "SST" in text
    assert "/settings/taxes/" not in text
    assert client.post("/settings/taxes/missing").status_code == 403


def test_the_usual_codes_of_the_country_are_added_once(page: Client, actor: Actor) -> None:
    assert missing_tax_codes("MY") == []
    assert missing_tax_codes("XX") == []
    update_company(actor, CompanyInput(country="SG"))
    assert "don't have yet: GST." in flat(page.get("/settings/taxes"))
    assert page.post("/settings/taxes/missing").status_code == 302
    assert rates(TaxCode.objects.get(code="GST"))[-1] == (date(2024, 1, 1), Decimal(9))
    actor.company.refresh_from_db()
    assert add_missing_tax_codes(actor) == []


def test_terms_are_what_new_things_begin_with(page: Client, actor: Actor, in_company: Company) -> None:
    wrong = page.post("/settings/terms", {"payment_terms": "366", "quote_validity_days": "-1"})
    assert set(wrong.context["form"].errors) == {"payment_terms", "quote_validity_days"}
    terms = {"payment_terms": "14", "quote_validity_days": "10", "quote_terms": "Ours.", "invoice_terms": "Net 14."}
    assert page.post("/settings/terms", terms).status_code == 302
    actor.company.refresh_from_db()
    customer = make_customer(actor)
    quote = make_quote(actor, customer)
    assert (customer.payment_terms, quote.terms) == (14, "Ours.")
    assert (quote.valid_until - quote.quote_date).days == 10
    with pytest.raises(InvalidData, match="Company"):
        update_company(actor, CompanyInput(quote_terms="x" * 10_001))
