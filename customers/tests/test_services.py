"""Making, changing and deleting customers and contacts."""

from decimal import Decimal

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_quote
from customers.errors import CurrencyFixed, CustomerHasTransactions, CustomerNumberTaken
from customers.inputs import ContactInput, CustomerInput
from customers.models import Contact, Customer
from customers.queries import contact_by_public_id, customer_by_public_id
from customers.services import (
    create_contact,
    create_customer,
    delete_contact,
    delete_customer,
    update_contact,
    update_customer,
)
from invoicing.inputs import PaymentInput
from invoicing.services import record_payment

pytestmark = pytest.mark.usefixtures("in_company")
MISSING = "01h455vb4pex5vsknk084sn02q"


def events(customer: Customer) -> list[str]:
    """What happened to the customer, oldest first."""
    return [entry.event for entry in timeline_of(customer.pk)][::-1]


def test_a_new_customer_has_a_number_and_defaults(actor: Actor) -> None:
    first, second = make_customer(actor), make_customer(actor, name="Élan  Café")
    assert (first.customer_number, second.customer_number) == ("CUST-0001", "CUST-0002")
    first.refresh_from_db()
    assert (first.type, first.status, first.currency, first.payment_terms) == ("business", "active", "MYR", 30)
    assert first.current_balance == first.total_sales == Decimal(0)
    assert first.credit_limit is None
    assert first.created_by == actor.id
    assert (second.name, second.name_sort) == ("Élan Café", "elan cafe")
    assert "cust-0002" in second.search_text
    assert events(first) == ["customer.created"]


def test_the_pattern_is_a_setting_of_the_company(actor: Actor) -> None:
    actor.company.customer_number_pattern = "K-{number:2}"
    assert make_customer(actor).customer_number == "K-01"


def test_numbers_given_by_hand_are_kept_and_passed_over(actor: Actor) -> None:
    make_customer(actor, customer_number="CUST-0001")
    make_customer(actor, customer_number="CUST-0002")
    assert make_customer(actor).customer_number == "CUST-0003"
    with pytest.raises(CustomerNumberTaken) as refusal:
        make_customer(actor, customer_number="CUST-0002")
    assert (refusal.value.status, refusal.value.code) == (409, "CUSTOMER_NUMBER_TAKEN")
    assert make_customer(actor).customer_number == "CUST-0004"


def test_every_failing_field_of_a_customer_and_its_contacts_is_named(actor: Actor) -> None:
    contacts = [
        ContactInput(name="Ali", is_primary=True),
        ContactInput(email="x"),
        ContactInput(name="B", is_primary=True),
    ]
    bad = CustomerInput(payment_terms=366, email="x", billing_address={"country": "XX"})
    named = invalid_fields(lambda: create_customer(actor, bad, contacts))
    assert set(named) == {
        "name",
        "email",
        "paymentTerms",
        "billingAddress.country",
        "contacts",
        "contacts[1].name",
        "contacts[1].email",
    }
    assert not Customer.objects.exists()
    assert not DocumentSequence.objects.filter(kind="customer").exists()


def test_a_customer_is_made_with_its_contacts(actor: Actor) -> None:
    customer = create_customer(
        actor, CustomerInput(name="Acme", phone="012-345 6789"), [ContactInput(name="Ali", is_primary=True)]
    )
    assert customer.phone == "+60123456789"
    assert [(contact.name, contact.is_primary) for contact in customer.contacts.all()] == [("Ali", True)]


def test_custom_fields_come_back_exactly_and_are_audited(actor: Actor) -> None:
    customer = make_customer(actor, custom_fields={"rate": Decimal("0.10"), "big": Decimal("12345678901234.99")})
    customer.refresh_from_db()
    assert customer.custom_fields == {"rate": Decimal("0.10"), "big": Decimal("12345678901234.99")}
    update_customer(actor, customer, CustomerInput(custom_fields={"rate": Decimal("0.25")}))
    assert timeline_of(customer.pk)[0].changes["customFields"][1] == {"rate": Decimal("0.25")}


@pytest.mark.parametrize("name", ["ﷺ" * 200, "𠀀" * 200, "㍿" * 200])
def test_names_that_grow_when_they_are_folded_fit(actor: Actor, name: str) -> None:
    customer = make_customer(actor, name=name)
    customer.refresh_from_db()
    assert customer.name == name


def test_only_given_fields_change_and_the_audit_tells_which(actor: Actor) -> None:
    customer = make_customer(actor, tags=["vip"])
    changed = update_customer(
        actor,
        customer,
        CustomerInput(name="New Name", credit_limit=Decimal("500.00"), tags=["vip"], email=customer.email),
    )
    assert (changed.name, changed.name_sort, changed.tags) == ("New Name", "new name", ["vip"])
    assert changed.updated_at > customer.updated_at
    entry = timeline_of(customer.pk)[0]
    assert entry.event == "customer.updated"
    assert entry.changes == {"name": ["Acme Corporation", "New Name"], "creditLimit": [None, "500.00"]}


def test_a_change_of_nothing_leaves_no_trace(actor: Actor) -> None:
    customer = make_customer(actor)
    update_customer(actor, customer, CustomerInput(name="Acme Corporation", payment_terms=30))
    assert events(customer) == ["customer.created"]


def test_a_customer_stays_reachable(actor: Actor) -> None:
    customer = make_customer(actor)
    assert set(invalid_fields(lambda: update_customer(actor, customer, CustomerInput(email="")))) == {"email"}
    update_customer(actor, customer, CustomerInput(email="", phone="03-1234 5678"))


def test_a_number_can_change_to_a_free_one(actor: Actor) -> None:
    customer, other = make_customer(actor), make_customer(actor)
    update_customer(actor, customer, CustomerInput(customer_number="VIP"))
    with pytest.raises(CustomerNumberTaken):
        update_customer(actor, other, CustomerInput(customer_number="VIP"))
    assert customer_by_public_id(other.public_id).customer_number == "CUST-0002"


def test_the_currency_is_fixed_once_there_is_a_document(actor: Actor) -> None:
    customer = make_customer(actor)
    customer = update_customer(actor, customer, CustomerInput(currency="SGD"))
    make_quote(actor, customer, exchange_rate=Decimal("3.5"))
    with pytest.raises(CurrencyFixed) as refusal:
        update_customer(actor, customer, CustomerInput(currency="MYR", name="Other"))
    assert refusal.value.code == "CUSTOMER_CURRENCY_FIXED"
    stored = customer_by_public_id(customer.public_id)
    assert (stored.currency, stored.name) == ("SGD", "Acme Corporation")


def test_a_customer_with_documents_is_not_deleted(actor: Actor) -> None:
    customer = make_customer(actor)
    make_quote(actor, customer)
    make_order(actor, customer)
    make_order(actor, customer, draft=True)
    record_payment(actor, make_invoice(actor, customer), PaymentInput(amount=Decimal("10.00")))
    with pytest.raises(CustomerHasTransactions) as refusal:
        delete_customer(actor, customer)
    assert (refusal.value.status, refusal.value.code) == (409, "CUSTOMER_HAS_TRANSACTIONS")
    assert refusal.value.details == [{"quotes": 1, "salesOrders": 2, "invoices": 1, "payments": 1}]


def test_a_customer_without_documents_goes_with_its_contacts(actor: Actor) -> None:
    customer = create_customer(actor, CustomerInput(name="Acme", email="a@b.co"), [ContactInput(name="Ali")])
    delete_customer(actor, customer)
    assert not Customer.objects.exists()
    assert not Contact.objects.exists()
    assert events(customer) == ["customer.created", "customer.deleted"]


def test_a_customer_that_is_gone_is_not_found(actor: Actor) -> None:
    customer = create_customer(actor, CustomerInput(name="Acme", email="a@b.co"), [ContactInput(name="Ali")])
    contact = customer.contacts.get()
    delete_customer(actor, Customer.objects.get())
    for call in (
        lambda: delete_customer(actor, customer),
        lambda: update_customer(actor, customer, CustomerInput(name="X")),
        lambda: create_contact(actor, customer, ContactInput(name="X")),
        lambda: update_contact(actor, contact, ContactInput(name="X")),
        lambda: make_quote(actor, customer),
    ):
        with pytest.raises(NotFound) as refusal:
            call()
        assert refusal.value.message == f"Customer with ID '{customer.public_id}' not found"


def test_at_most_one_contact_is_primary(actor: Actor) -> None:
    customer = make_customer(actor)
    ali = create_contact(actor, customer, ContactInput(name="Ali", is_primary=True))
    bala = create_contact(actor, customer, ContactInput(name="Bala", is_primary=True))
    chong = create_contact(actor, customer, ContactInput(name="Chong"))

    def primary() -> list[str]:
        return [contact.name for contact in customer.contacts.filter(is_primary=True)]

    assert primary() == ["Bala"]
    update_contact(actor, chong, ContactInput(is_primary=True))
    assert primary() == ["Chong"]
    update_contact(actor, chong, ContactInput(is_primary=True, title="Director"))
    update_contact(actor, bala, ContactInput(title="Buyer"))
    assert primary() == ["Chong"]
    update_contact(actor, chong, ContactInput(is_primary=False))
    assert primary() == []
    delete_contact(actor, ali)
    with pytest.raises(NotFound):
        delete_contact(actor, ali)
    other = make_customer(actor)
    create_contact(actor, other, ContactInput(name="Devi", is_primary=True))
    update_contact(actor, bala, ContactInput(is_primary=True))
    assert other.contacts.get().is_primary


def test_contacts_are_checked(actor: Actor) -> None:
    customer = make_customer(actor)
    assert set(invalid_fields(lambda: create_contact(actor, customer, ContactInput(email="x")))) == {"name", "email"}
    contact = create_contact(actor, customer, ContactInput(name="Ali"))
    assert set(invalid_fields(lambda: update_contact(actor, contact, ContactInput(name="", phone="x")))) == {
        "name",
        "phone",
    }


def test_a_contact_belongs_to_its_customer(actor: Actor) -> None:
    contact = create_contact(actor, make_customer(actor), ContactInput(name="Ali"))
    with pytest.raises(NotFound):
        contact_by_public_id(make_customer(actor), contact.public_id)


@pytest.mark.parametrize(
    "public_id", ["", "cust_1", "so_01h455vb4pex5vsknk084sn02q", "cust_01h455vb4pex5vsknk084sn02q"]
)
def test_not_found(public_id: str) -> None:
    with pytest.raises(NotFound) as refusal:
        customer_by_public_id(public_id)
    assert refusal.value.code == "CUSTOMER_NOT_FOUND"
