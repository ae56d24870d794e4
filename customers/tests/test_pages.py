"""The pages about customers."""

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from customers.models import Customer

TYPED = {
    "name": "Tech Solutions Ltd",
    "type": "business",
    "status": "active",
    "email": "billing@techsolutions.com",
    "phone": "",
    "currency": "MYR",
    "payment_terms": "30",
    "credit_limit": "50,000.00",
    "tags": "enterprise, retail",
    "address_street": "123 Main Street",
    "address_postal_code": "50000",
    "address_country": "MY",
}


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """Acme."""
    with company_scope(actor.company):
        return make_customer(actor)


def test_a_customer_is_made_and_shown(alices: Client, company: Company) -> None:
    response = alices.post("/customers/new", TYPED)
    assert response.status_code == 302
    page = flat(alices.get(response["Location"]))
    assert "Customer CUST-0001 created" in page
    assert "123 Main Street 50000 Malaysia" in page
    with company_scope(company):
        stored = Customer.objects.get()
    assert stored.credit_limit == 50000
    assert stored.tags == ["enterprise", "retail"]
    assert stored.billing_address is None
    assert "Tech Solutions Ltd" in flat(alices.get("/customers?q=solutions"))
    assert "Tech Solutions Ltd" not in flat(alices.get("/customers?q=nobody"))


def test_what_was_typed_stays_when_it_is_refused(alices: Client, company: Company) -> None:
    wrong = TYPED | {"email": "nonsense", "payment_terms": "400", "address_street": "<b>1 & 2</b>"}
    response = alices.post("/customers/new", wrong)
    assert response.status_code == 400
    page = flat(response)
    assert "Email format is invalid" in page
    assert "Payment terms must be between 0 and 365 days" in page
    assert 'value="nonsense"' in page
    assert 'value="&lt;b&gt;1 &amp; 2&lt;/b&gt;"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email_error"' in page
    with company_scope(company):
        assert not Customer.objects.exists()


@pytest.mark.parametrize("name", ["\u200b", "\ufeff", " \u2060\u200d ", "\u3164", "\u202e"])
def test_a_name_that_shows_nothing_is_none(alices: Client, customer: Customer, name: str) -> None:
    for url in ("/customers/new", f"/customers/{customer.public_id}/edit"):
        response = alices.post(url, TYPED | {"name": name})
        assert response.status_code == 400
        assert response.context["form"].errors == {"name": ["Enter a name"]}


def test_all_that_is_wrong_is_told_at_once(alices: Client, customer: Customer) -> None:
    wrong = TYPED | {"name": "", "email": "nonsense", "payment_terms": "400", "credit_limit": "lots"}
    for url in ("/customers/new", f"/customers/{customer.public_id}/edit"):
        response = alices.post(url, wrong)
        assert response.status_code == 400
        assert response.context["form"].errors == {
            "name": ["Enter a name"],
            "email": ["Email format is invalid"],
            "payment_terms": ["Payment terms must be between 0 and 365 days"],
            "credit_limit": ["Enter a number such as 1250.50"],
        }
    response = alices.post(f"/customers/{customer.public_id}/contacts/new", {"name": "", "email": "nonsense"})
    assert response.context["form"].errors == {
        "name": ["Enter a name"],
        "email": ["Email format is invalid"],
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("techsolutions.com", "https://techsolutions.com"),
        ("www.techsolutions.com.my/shop?a=1", "https://www.techsolutions.com.my/shop?a=1"),
        ("http://techsolutions.com", "http://techsolutions.com"),
        ("", ""),
    ],
)
def test_a_website_needs_no_https(alices: Client, company: Company, typed: str, kept: str) -> None:
    assert alices.post("/customers/new", TYPED | {"website": typed}).status_code == 302
    with company_scope(company):
        assert Customer.objects.get().website == kept


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "ftp://techsolutions.com", "tech solutions", "mailto:a@b.co"])
def test_what_is_no_website_is_refused(alices: Client, typed: str) -> None:
    page = alices.post("/customers/new", TYPED | {"website": typed})
    assert page.status_code == 400
    assert page.context["form"].errors.keys() == {"website"}


def test_a_new_customer_is_active_and_not_asked(alices: Client, company: Company) -> None:
    assert 'name="status"' not in flat(alices.get("/customers/new"))
    alices.post("/customers/new", TYPED | {"status": "blocked"})
    with company_scope(company):
        assert Customer.objects.get().status == "active"


def test_an_email_or_a_phone_is_needed_and_both_say_so(alices: Client) -> None:
    page = flat(alices.get("/customers/new"))
    assert 'Email<span class="field-optional">or phone</span>' in page
    assert 'Phone<span class="field-optional">or email</span>' in page
    assert alices.post("/customers/new", TYPED | {"email": "", "phone": "012-345 6789"}).status_code == 302


def test_phone_numbers_are_shown_as_they_are_read_aloud(alices: Client, company: Company) -> None:
    made = alices.post("/customers/new", TYPED | {"phone": "012-345 6789"})
    with company_scope(company):
        assert Customer.objects.get().phone == "+60123456789"
    page = flat(alices.get(made["Location"]))
    assert '<a href="tel:+60123456789">+60 12-345 6789</a>' in page
    assert 'value="+60 12-345 6789"' in flat(alices.get(f"{made['Location']}/edit"))


def test_currencies_have_names_and_the_company_s_is_first(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor, currency="SGD")
    form = alices.get("/customers/new").context["form"]
    used, others = form.fields["currency"].choices
    assert used[1] == [("MYR", "MYR – Malaysian Ringgit"), ("SGD", "SGD – Singapore Dollar")]
    names = [label.partition(" – ")[2] for _code, label in others[1]]
    assert names == sorted(names)
    codes = {code for code, _label in others[1]}
    assert {"USD", "EUR", "XOF"} <= codes
    assert not codes & {"XTS", "XXX", "XAU", "XDR", "USN", "CLF", "MYR"}


def test_a_customer_is_edited(alices: Client, customer: Customer) -> None:
    url = f"/customers/{customer.public_id}/edit"
    assert 'value="Acme Corporation"' in flat(alices.get(url))
    response = alices.post(url, TYPED | {"name": "Acme Holdings"})
    assert response["Location"] == f"/customers/{customer.public_id}"
    assert "Acme Holdings" in flat(alices.get(response["Location"]))


def test_a_customer_without_documents_is_deleted(alices: Client, customer: Customer) -> None:
    url = f"/customers/{customer.public_id}/delete"
    assert "Delete Acme Corporation?" in flat(alices.get(url))
    assert alices.post(url)["Location"] == "/customers"
    assert alices.get(f"/customers/{customer.public_id}").status_code == 404


def test_a_customer_with_documents_stays(alices: Client, actor: Actor, customer: Customer) -> None:
    with company_scope(actor.company):
        make_quote(actor, customer)
    response = alices.post(f"/customers/{customer.public_id}/delete")
    assert response.status_code == 409
    assert "Customer has transactions and cannot be deleted" in flat(response)
    assert alices.get(f"/customers/{customer.public_id}").status_code == 200


@pytest.mark.parametrize("url", ["", "/edit", "/delete"])
def test_a_stranger_finds_nothing(client: Client, charlie: User, customer: Customer, url: str) -> None:
    client.force_login(charlie)
    assert client.get(f"/customers/{customer.public_id}{url}").status_code == 404
    assert client.post(f"/customers/{customer.public_id}{url or '/edit'}", TYPED).status_code == 404
    assert "Acme" not in flat(client.get("/customers"))


def test_lists_sort_and_filter(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor, name="Zeta")
        make_customer(actor, name="Élan", status="blocked")
        make_customer(actor, name="acme")
    page = flat(alices.get("/customers"))
    assert page.index(">acme<") < page.index(">Élan<") < page.index(">Zeta<")
    assert 'aria-sort="ascending"' in page
    page = flat(alices.get("/customers?sort=-name"))
    assert page.index(">Zeta<") < page.index(">Élan<")
    page = flat(alices.get("/customers?show=blocked"))
    assert ">Élan<" in page
    assert ">Zeta<" not in page


def test_a_search_for_what_no_name_can_hold_finds_nothing_and_breaks_nothing(
    alices: Client, customer: Customer
) -> None:
    for path in ("/customers", "/items", "/quotes", "/sales-orders", "/invoices", "/payments"):
        assert alices.get(path, {"q": "\x00'%\\"}).status_code == 200
    assert customer.name in flat(alices.get("/customers", {"q": f"{customer.name}\x00"}))
