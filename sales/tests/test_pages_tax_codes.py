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
from sales.models import Item, TaxCode
from sales.services import add_missing_tax_codes, create_tax_code, missing_tax_codes, update_company

pytestmark = pytest.mark.usefixtures("in_company")


def rates(code: TaxCode) -> list[tuple[date, Decimal]]:
    return list(code.rates.order_by("valid_from").values_list("valid_from", "rate"))


def test_the_list_tells_the_rate_of_today_and_the_next(alices: Client, actor: Actor) -> None:
    later = actor.today() + timedelta(30)
    dated = [
        TaxRateInput(rate=Decimal(3), valid_from=date.min),
        TaxRateInput(rate=Decimal("4.5"), valid_from=later),
    ]
    code = create_tax_code(actor, TaxCodeInput(code="TTX", name="Tourism tax", rates=dated))
    make_item(actor, tax_code="TTX")
    text = flat(alices.get("/settings/taxes"))
    assert f'href="/settings/taxes/{code.public_id}"' in text
    assert f"{formatting.percent(Decimal('4.5'))} from" in text
    assert "Tourism tax" in alices.get("/settings/taxes?show=active&export=csv").getvalue().decode()


def test_a_new_code(alices: Client) -> None:
    wrong = alices.post("/settings/taxes/new", {"code": "X", "name": "X", "rate": "101", "valid_from": ""})
    assert set(wrong.context["form"].errors) == {"rate"}
    assert alices.post("/settings/taxes/new", {"code": "X", "name": "X", "rate": "6,5%"}).status_code in (302, 400)
    assert alices.post("/settings/taxes/new", {"code": "Y", "name": "Y", "rate": "6.5"}).status_code == 302
    assert rates(TaxCode.objects.get(code="Y")) == [(date.min, Decimal("6.5"))]
    again = alices.post("/settings/taxes/new", {"code": "Y", "name": "Y", "rate": "6.5"})
    assert (again.status_code, "exists already" in flat(again)) == (409, True)


def test_a_rate_is_added_and_taken_back(alices: Client, actor: Actor) -> None:
    code = create_tax_code(actor, TaxCodeInput(code="Y", name="Y", rate=Decimal(6)))
    later = actor.today() + timedelta(30)
    path = f"/settings/taxes/{code.public_id}"
    form = {"name": "Other", "is_active": "on"}
    assert set(alices.post(path, {**form, "rate": "8"}).context["form"].errors) == {"valid_from"}
    assert set(alices.post(path, {**form, "valid_from": later.isoformat()}).context["form"].errors) == {"rate"}
    wrong = alices.post(path, {**form, "rate": "101", "valid_from": later.isoformat()})
    assert set(wrong.context["form"].errors) == {"rate"}
    assert alices.post(path, {**form, "rate": "8", "valid_from": later.isoformat()}).status_code == 302
    assert rates(code) == [(date.min, Decimal(6)), (later, Decimal(8))]
    assert "applies today" in flat(alices.get(path))
    assert alices.post(path, {"name": "Other", "removed": [later.isoformat()]}).status_code == 302
    code.refresh_from_db()
    assert (rates(code), code.name, code.is_active) == ([(date.min, Decimal(6))], "Other", False)


def test_a_viewer_reads_only(client: Client, bob: User) -> None:
    client.force_login(bob)
    text = flat(client.get("/settings/taxes"))
    assert "SST" in text
    assert "/settings/taxes/" not in text
    assert client.post("/settings/taxes/missing").status_code == 403


def test_the_usual_codes_of_the_country_are_added_once(alices: Client, actor: Actor) -> None:
    assert missing_tax_codes("MY") == []
    assert missing_tax_codes("XX") == []
    update_company(actor, CompanyInput(country="SG"))
    assert "don't have yet: GST." in flat(alices.get("/settings/taxes"))
    assert alices.post("/settings/taxes/missing").status_code == 302
    assert rates(TaxCode.objects.get(code="GST"))[-1] == (date(2024, 1, 1), Decimal(9))
    actor.company.refresh_from_db()
    assert add_missing_tax_codes(actor) == []


def test_terms_are_what_new_things_begin_with(alices: Client, actor: Actor, in_company: Company) -> None:
    wrong = alices.post("/settings/terms", {"payment_terms": "366", "quote_validity_days": "-1"})
    assert set(wrong.context["form"].errors) == {"payment_terms", "quote_validity_days"}
    terms = {"payment_terms": "14", "quote_validity_days": "10", "quote_terms": "Ours.", "invoice_terms": "Net 14."}
    assert alices.post("/settings/terms", terms).status_code == 302
    actor.company.refresh_from_db()
    customer = make_customer(actor)
    quote = make_quote(actor, customer)
    assert (customer.payment_terms, quote.terms) == (14, "Ours.")
    assert (quote.valid_until - quote.quote_date).days == 10
    with pytest.raises(InvalidData, match="Company"):
        update_company(actor, CompanyInput(quote_terms="x" * 10_001))


def test_what_e_invoices_call_a_tax_and_an_item(alices: Client, actor: Actor) -> None:
    exempt = {"code": "EX2", "name": "Exempt", "rate": "0", "tax_type": "E", "exemption_reason": " Order  2018 "}
    assert alices.post("/settings/taxes/new", exempt).status_code == 302
    code = TaxCode.objects.get(code="EX2")
    assert (code.tax_type, code.exemption_reason) == ("E", "Order 2018")
    path = f"/settings/taxes/{code.public_id}"
    wrong = alices.post(path, {"name": "Exempt", "tax_type": "07", "exemption_reason": "x" * 301})
    assert set(wrong.context["form"].errors) == {"tax_type", "exemption_reason"}
    assert alices.post(path, {"name": "Exempt", "is_active": "on", "tax_type": "06"}).status_code == 302
    code.refresh_from_db()
    assert (code.tax_type, code.exemption_reason) == ("06", "")
    item = {"item_code": "W", "name": "Widget", "type": "goods", "unit_price": "5", "is_active": "on"}
    refused = alices.post("/items/new", {**item, "classification_code": "22"})
    assert set(refused.context["form"].errors) == {"classification_code"}
    assert alices.post("/items/new", {**item, "classification_code": "022"}).status_code == 302
    assert Item.objects.get(item_code="W").classification_code == "022"


def test_only_malaysia_asks_for_lhdns_codes(alices: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(country="SG")
    for path in ("/settings/taxes/new", "/items/new", "/customers/new"):
        page = flat(alices.get(path))
        assert "tax_type" not in page
        assert "classification_code" not in page
        assert "identification" not in page
    assert alices.post("/settings/taxes/new", {"code": "X", "name": "X", "rate": "9"}).status_code == 302


def test_the_usual_codes_of_malaysia_have_lhdns_types(company: Company) -> None:
    assert dict(TaxCode.objects.values_list("code", "tax_type")) == {
        "SST": "01",
        "SST-S": "02",
        "ZERO": "06",
        "EXEMPT": "E",
    }
