"""The search over everything, as people ask it."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_item, make_order, make_quote
from bigledger_crm.testing.html import flat
from bigledger_crm.web.search import SearchQuery, read_query, search
from customers.inputs import ContactInput, CustomerInput
from customers.services import create_contact, merge_customers, update_customer
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.services import create_credit_note, record_payment
from sales.inputs import LineInput


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", None),
        ("  ", None),
        ("Élan  Café", SearchQuery("elan cafe", ("elan", "cafe"), "")),
        ("INV-2026-0012", SearchQuery("inv-2026-0012", ("inv-2026-0012",), "")),
        ("012-345 6789", SearchQuery("012-345 6789", ("012-345", "6789"), "123456789")),
        ("+60 12 345 6789", SearchQuery("+60 12 345 6789", ("+60", "12", "345", "6789"), "60123456789")),
        ("1234", SearchQuery("1234", ("1234",), "")),
    ],
)
def test_what_a_text_asks_for(text: str, wanted: SearchQuery | None) -> None:
    assert read_query(text) == wanted


@pytest.fixture
def titles(actor: Actor, in_company: Company) -> Callable[[str], dict[str, list[str]]]:
    """What a text finds, by kind, in a company with one of everything."""
    item = make_item(actor, item_code="LIC-1", name="Licence for a year")
    customer = make_customer(actor, name="Élan Supplies", email="hello@elan.example.com", phone="+60123456789")
    create_contact(actor, customer, ContactInput(name="Nurul Aisyah", mobile="+60198887777"))
    lines = [LineInput(item_id=item.public_id, quantity=Decimal(1))]
    make_quote(actor, customer, lines, reference="RFQ-77")
    make_order(actor, customer, lines, reference="PO-4711")
    invoice = make_invoice(actor, customer, lines, reference="PO-4711")
    record_payment(actor, invoice, PaymentInput(amount=invoice.total, payment_method="cash", reference="TXN-0815"))

    def find(text: str) -> dict[str, list[str]]:
        wanted = read_query(text)
        assert wanted is not None
        return {str(found.finder.label): [hit.title for hit in found.hits] for found in search(actor, wanted, 5)}

    return find


def test_numbers_names_emails_telephones_and_references_are_found(
    titles: Callable[[str], dict[str, list[str]]],
) -> None:
    everything = titles("elan")
    assert set(everything) == {"Customers", "Invoices", "Quotes", "Orders"}
    assert titles("Suppl ÉLAN") == everything  # in any order, case and accents
    assert titles("hello@elan") == {"Customers": ["Élan Supplies"]}
    assert titles("012-345 6789") == {"Customers": ["Élan Supplies"]} == titles("+60 12 3456789")
    assert titles("019 888 7777") == {"Contacts": ["Nurul Aisyah"]} == titles("nurul")
    assert titles("RFQ-77") == {"Quotes": everything["Quotes"]}
    assert titles("po-4711") == {name: everything[name] for name in ("Invoices", "Orders")}
    assert titles("txn-0815") == {"Payments": ["TXN-0815"]}
    assert titles("lic-1") == {"Items": ["Licence for a year"]}
    assert titles(everything["Invoices"][0]) == {"Invoices": everything["Invoices"]}
    assert titles("él") == {"Customers": ["Élan Supplies"]}  # too short for the indexes: the beginning of a name
    assert titles("nothing such") == {}


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Łódź Transport", "lodz"),
        ("Øl & Ægir", "ol & aegir"),
        ("O’Brien Ltd", "O'Brien"),
        ("O'Brien Ltd", "o’brien"),
        ("O’Brien Ltd", "obrien"),
        ("Işık Elektrik", "ışık"),
        ("Işık Elektrik", "isik"),
        ("IŞIK Elektrik", "Işık"),
    ],
)
def test_letters_are_found_as_any_keyboard_types_them(api: ApiClient, name: str, typed: str) -> None:
    made = api.post("/customers", {"name": name, "email": "a@example.com"}).data
    api.post("/items", {"itemCode": "X", "name": name, "unitPrice": 1})
    line = {"description": "Work", "quantity": 1, "unitPrice": 1}
    api.post("/quotes", {"customerId": made["id"], "items": [line]})
    for path in ("customers", "items", "quotes"):
        assert len(api.get(f"/{path}?search={quote(typed)}").data) == 1, path
        assert api.get(f"/{path}?search={quote(name.replace(' ', '-'))}").data == []


def test_documents_are_found_by_their_customers_name_then_and_now(
    api: ApiClient, client: Client, actor: Actor, alice: User
) -> None:
    with company_scope(actor.company):
        customer, other = make_customer(actor, name="Acme Trading"), make_customer(actor, name="Others")
        for one in (customer, other):
            make_quote(actor, one, reference="RFQ-77")
            make_order(actor, one)
            create_credit_note(actor, CreditNoteInput(invoice_id=make_invoice(actor, one).public_id))
    renamed = {"name": "Zenith Holdings"}
    assert api.patch(f"/customers/{customer.public_id}", renamed).data["name"] == "Zenith Holdings"
    client.force_login(alice)
    for path in ("quotes", "sales-orders", "invoices", "credit-notes"):
        (said,) = api.get(f"/{path}?search=acme").data
        assert api.get(f"/{path}?search=zenith%20hold").data == [said]
        assert len(api.get(f"/{path}?search=others").data) == 1
        assert api.get(f"/{path}?search=acme%20zenith").data == []
        found = [flat(client.get(f"/{path}?q={text}")) for text in ("acme", "zenith")]
        assert [page.count("Acme Trading") for page in found] == [found[0].count("Acme Trading")] * 2
        assert "Acme Trading" in found[0]
        assert "Others" not in found[1]
    with company_scope(actor.company):
        now, both = read_query("zenith"), read_query("rfq-77 holdings")
        assert now is not None
        assert both is not None
        kinds = [str(found.finder.label) for found in search(actor, now, 5)]
        assert {"Customers", "Quotes", "Orders", "Invoices"} <= set(kinds)
        assert [str(found.finder.label) for found in search(actor, both, 5)] == ["Quotes"]


def test_documents_of_merged_customers_are_found_by_the_name_of_the_one_that_stays(
    api: ApiClient, actor: Actor
) -> None:
    with company_scope(actor.company):
        gone, kept = make_customer(actor, name="Acme Trading"), make_customer(actor, name="Zenith Holdings")
        create_credit_note(actor, CreditNoteInput(invoice_id=make_invoice(actor, gone).public_id))
        make_order(actor, gone)
        make_quote(actor, gone)
        merge_customers(actor, gone, kept)
    for path in ("quotes", "sales-orders", "invoices", "credit-notes"):
        for text in ("acme", "zenith"):
            assert len(api.get(f"/{path}?search={text}").data) == 1, (path, text)


def test_what_may_not_be_read_is_not_found(actor: Actor, in_company: Company) -> None:
    make_customer(actor, name="Élan Supplies")
    wanted = read_query("elan")
    assert wanted is not None
    blind = replace(actor, permissions=frozenset())
    assert (len(search(actor, wanted, 5)), search(blind, wanted, 5)) == (1, [])


def test_another_companys_things_are_not_found(actor: Actor, stranger: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor, name="Élan Supplies")
    wanted = read_query("elan")
    assert wanted is not None
    with company_scope(stranger.company):
        assert search(stranger, wanted, 5) == []


def test_the_page_and_the_palette(client: Client, alice: User) -> None:
    actor = actor_for_member(Membership.objects.select_related("company", "user").get(user=alice))
    with company_scope(actor.company):
        for number in range(6):
            make_customer(actor, name=f"Élan Supplies {number}")
    client.force_login(alice)
    page = flat(client.get("/search", {"q": "élan"}))
    assert page.count('class="search-result"') == 6
    assert "All Customers" not in page
    palette = client.get("/search", {"q": "élan"}, headers={"HX-Request": "true", "HX-Target": "palette-results"})
    assert (palette.content.count(b'class="search-result"'), b"<html" in palette.content) == (5, False)
    assert "/customers?q=%C3%A9lan" in flat(palette)
    commands = client.get("/search", {"q": "new qu"}, headers={"HX-Request": "true", "HX-Target": "palette-results"})
    assert "/quotes/new" in flat(commands)
    assert "Nothing found" not in flat(commands)
    assert "at least three letters" in flat(client.get("/search", {"q": "zz"}))


def test_the_palette_begins_with_what_a_person_worked_on_last(client: Client, actor: Actor, alice: User) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor, name="Acme Trading")
        first, last = make_quote(actor, customer), make_quote(actor, customer)
        update_customer(actor, customer, CustomerInput(name="Acme Holdings"))
    client.force_login(alice)
    palette = flat(client.get("/search", headers={"HX-Request": "true", "HX-Target": "palette-results"}))
    recent = palette[palette.index("results-recent") : palette.index("results-commands")]
    titles = re.findall(r'class="search-result-title">([^<]+)', recent)
    assert titles == ["Acme Holdings", last.quote_number, first.quote_number]
    assert "results-recent" not in flat(client.get("/search?q=acme", headers={"HX-Request": "true"}))
