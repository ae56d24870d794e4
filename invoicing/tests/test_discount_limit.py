"""Discounts above the company's limit, which only some may give, by services, API and pages."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.permissions import EXCEED_DISCOUNTS, ROLE_PERMISSIONS
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order, make_quote
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from invoicing.inputs import InvoiceInput
from invoicing.models import Invoice
from invoicing.services import convert_order_to_invoice, update_invoice
from sales.errors import DiscountExceedsLimit
from sales.inputs import LineInput, OrderInput, QuoteInput
from sales.models import Quote, SalesOrder
from sales.services import (
    accept_quote,
    convert_quote_to_order,
    duplicate_quote,
    revise_quote,
    send_quote,
    update_order,
    update_quote,
)
from sales.services.shared.email import EmailOptions
from sales.services.shared.lines import as_kept

pytestmark = pytest.mark.usefixtures("time_in_2024")
D = Decimal
MAKERS: dict[str, Callable[..., Any]] = {"quote": make_quote, "order": make_order, "invoice": make_invoice}


@pytest.fixture(autouse=True)
def limit(company: Company) -> None:
    company.max_discount_percent = D(10)
    company.save(update_fields=["max_discount_percent"])


@pytest.fixture
def seller(actor: Actor) -> Actor:
    """Somebody who makes every document, and has no right to exceed the limit."""
    rights = ROLE_PERMISSIONS["owner"] - {EXCEED_DISCOUNTS}
    return Actor(actor.company, "user_x", "Somebody", rights, "somebody@example.com")


def _off(percent: str, **fields: Any) -> LineInput:
    return line(discount_percent=D(percent), **fields)


def _refused(refusal: pytest.ExceptionInfo[DiscountExceedsLimit]) -> list[tuple[Any, ...]]:
    assert (refusal.value.status, refusal.value.code) == (422, "DISCOUNT_EXCEEDS_LIMIT")
    assert refusal.value.details == [{"maxDiscountPercent": D(10)}]
    return [error.path for error in refusal.value.errors]


@pytest.mark.usefixtures("in_company")
@pytest.mark.parametrize("kind", MAKERS)
def test_a_discount_up_to_the_limit_is_given_and_a_larger_one_only_with_the_right(
    actor: Actor, seller: Actor, kind: str
) -> None:
    make, customer = MAKERS[kind], make_customer(actor)
    assert make(seller, customer, [_off("10")]).total_discount == D(10)
    with pytest.raises(DiscountExceedsLimit) as refusal:
        make(seller, customer, [line(), _off("10.01"), line(discount_amount=D("10.01"))])
    assert _refused(refusal) == [("items", 1, "discount_percent"), ("items", 2, "discount_amount")]
    assert refusal.value.errors[0].message == "At most 10% discount is allowed: ask someone who may give more"
    assert make(actor, customer, [_off("100")]).total == 0


@pytest.mark.usefixtures("in_company")
@pytest.mark.parametrize("limit", [None, D(100)])
def test_without_a_limit_everything_goes(seller: Actor, limit: Decimal | None) -> None:
    seller.company.max_discount_percent = limit
    assert make_quote(seller, lines=[_off("100")]).total == 0


@pytest.mark.usefixtures("in_company")
def test_a_unit_price_below_the_items_is_a_discount(actor: Actor, seller: Actor) -> None:
    item, customer = make_item(actor), make_customer(actor)

    def sold_at(price: str, **fields: Any) -> LineInput:
        return line("2", price, item_id=item.public_id, **fields)

    make_quote(seller, customer, [sold_at("22.50"), sold_at("25.00", discount_percent=D(10)), sold_at("30.00")])
    for wrong, field in (
        (sold_at("22.49"), "unit_price"),
        (sold_at("23.00", discount_percent=D(5)), "discount_percent"),
        (sold_at("23.00", discount_amount=D("1.01")), "discount_amount"),
        (sold_at("0"), "unit_price"),
    ):
        with pytest.raises(DiscountExceedsLimit) as refusal:
            make_quote(seller, customer, [wrong])
        assert _refused(refusal) == [("items", 0, field)]
        assert refusal.value.errors[0].message.startswith("The item's price is MYR 25.00. At most 10%")
    abroad = make_customer(actor, name="Abroad", currency="USD")
    make_quote(seller, abroad, [sold_at("1.00")], exchange_rate=D(4))


@pytest.mark.usefixtures("in_company")
def test_what_rounding_makes_of_the_limit_is_no_larger_discount(seller: Actor) -> None:
    customer = make_customer(seller)
    assert make_quote(seller, customer, [line("1", "0.05", discount_percent=D(10))]).total_discount == D("0.01")
    assert make_quote(seller, customer, [line("1", "0.05", discount_amount=D("0.01"))]).total == D("0.04")


@pytest.mark.usefixtures("in_company")
def test_all_that_is_wrong_is_told_at_once(seller: Actor) -> None:
    with pytest.raises(InvalidData) as refusal:
        make_quote(seller, None, [_off("11"), line("0")], shipping_cost=D(-1))
    assert {error.path for error in refusal.value.errors} == {
        ("items", 0, "discount_percent"),
        ("items", 1, "quantity"),
        ("shipping_cost",),
    }


UPDATES: dict[str, tuple[Callable[..., Any], Callable[..., Any], Any]] = {
    "quote": (make_quote, update_quote, QuoteInput),
    "order": (lambda *args, **fields: make_order(*args, draft=True, **fields), update_order, OrderInput),
    "invoice": (lambda *args, **fields: make_invoice(*args, draft=True, **fields), update_invoice, InvoiceInput),
}


@pytest.mark.usefixtures("in_company")
@pytest.mark.parametrize("kind", UPDATES)
def test_a_discount_that_was_given_stays_until_its_line_changes(actor: Actor, seller: Actor, kind: str) -> None:
    make, update, made = UPDATES[kind]
    document = make(actor, make_customer(actor), [_off("30"), line()])
    given, plain = [as_kept(stored) for stored in document.lines.all()]
    longer = LineInput(**{**_values(plain), "quantity": D(2)})
    update(seller, document, made(items=[given, longer], notes="Two of them"))
    update(seller, document, made(prices_include_tax=True, shipping_cost=D(5)))
    for changes in ({"quantity": D(2)}, {"discount_percent": D(29)}, {"unit_price": D(99)}, {"id": None}):
        with pytest.raises(DiscountExceedsLimit) as refusal:
            update(seller, document, made(items=[LineInput(**{**_values(given), **changes}), plain]))
        assert _refused(refusal) == [("items", 0, "discount_percent")]
    update(seller, document, made(items=[LineInput(**{**_values(given), "discount_percent": D(10)}), plain]))
    document.refresh_from_db()
    assert document.total_discount == D(10)


def _values(given: LineInput) -> dict[str, Any]:
    return {name: getattr(given, name) for name in LineInput.__dataclass_fields__}


@pytest.mark.usefixtures("in_company")
def test_what_was_offered_is_sold(actor: Actor, seller: Actor) -> None:
    quote = make_quote(actor, make_customer(actor), [_off("30")])
    send_quote(seller, quote, EmailOptions())
    revised = revise_quote(seller, quote)
    with pytest.raises(DiscountExceedsLimit):
        duplicate_quote(seller, revised)
    order = convert_quote_to_order(seller, accept_quote(seller, revised))
    assert convert_order_to_invoice(seller, order).total_discount == D(30)


def test_a_key_needs_the_scope(company: Company, actor: Actor) -> None:
    with company_scope(company):
        body = {"customerId": make_customer(actor).public_id}
    items = [{"description": "Widget", "quantity": 1, "unitPrice": 100, "discountPercent": 12.5}]
    for path, model in (("/quotes", Quote), ("/sales-orders", SalesOrder), ("/invoices", Invoice)):
        for scopes, status in ((["write"], 422), (["write", EXCEED_DISCOUNTS], 201)):
            api = ApiClient(create_api_key([company], name="Shop", scopes=scopes)[1], company.public_id)
            answer = api.post(path, {**body, "items": items})
            assert answer.status == status
            if status == 422:
                assert answer.error["code"] == "DISCOUNT_EXCEEDS_LIMIT"
                assert answer.error["details"][0]["field"] == "items[0].discountPercent"
                assert answer.error["details"][1] == {"maxDiscountPercent": 10.0}
        with company_scope(company):
            assert model.objects.count() == 1


def test_the_calculator_keeps_nothing_and_refuses_nothing(company: Company) -> None:
    api = ApiClient(create_api_key([company], name="Shop", scopes=["read"])[1], company.public_id)
    assert api.post("/calculate", {"items": [{"quantity": 1, "unitPrice": 10, "discountPercent": 50}]}).status == 200


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_the_editor_says_it_at_the_cell(client: Client, company: Company, actor: Actor, role: str) -> None:
    if "quotes:write" not in ROLE_PERMISSIONS[role]:
        return
    person = User.objects.create_user(f"{role}@example.com")
    Membership.objects.create(company=company, user=person, role=role)
    client.force_login(person)
    with company_scope(company):
        customer = make_customer(actor)
    typed = form_of(client.get(f"/quotes/new?customer={customer.public_id}").content.decode())
    typed |= {"lines-0-description": "Widget", "lines-0-quantity": "1", "lines-0-unit_price": "100"}
    typed["lines-0-discount_percent"] = "MYR 10.01"
    live = client.post("/quotes/new", {**typed, "calculate": ""})
    problems = json.loads(live.context["rows"][0].problems)
    saved = client.post("/quotes/new", typed)
    if role == "sales":
        wanted = "At most 10% discount is allowed: ask someone who may give more"
        assert problems == {"discount_percent": wanted}
        assert (saved.status_code, saved.context["rows"][0].errors["discount_percent"]) == (400, [wanted])
        assert 'value="MYR 10.01"' in flat(saved)
    else:
        assert (problems, saved.status_code) == ({}, 302)


def test_the_limit_is_set_with_the_terms(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    page = client.get("/settings/terms")
    assert page.context["form"]["max_discount_percent"].value() == "10"
    values = {"payment_terms": "30", "quote_validity_days": "30"}
    for typed, stored in (("12.5", D("12.5")), ("5%", D(5)), ("0", D(0)), ("", None)):
        saved = client.post("/settings/terms", {**values, "max_discount_percent": typed})
        assert saved.status_code == 302, flat(saved)
        company.refresh_from_db()
        assert company.max_discount_percent == stored
    for typed in ("-1", "100.01", "1.23456", "much"):
        again = client.post("/settings/terms", {**values, "max_discount_percent": typed})
        assert (again.status_code, set(again.context["form"].errors)) == (400, {"max_discount_percent"})
