"""Who owns a customer and its documents, and how that is changed."""

import pytest
from django.db import IntegrityError, connection, transaction

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.outbox.models import WebhookDelivery
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor, MissingRight, actor_for_member, system_actor
from bigledger_crm.tenancy.members import remove_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS
from bigledger_crm.tenancy.security import COMMAND_LINE
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_order_from_quote, make_quote
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import create_customer, merge_customers, update_customer
from invoicing.inputs import InvoiceInput
from invoicing.models import Invoice
from invoicing.services import cancel_invoice, convert_order_to_invoice, duplicate_invoice, update_invoice
from sales.errors import QuoteNotEditable
from sales.inputs import OrderInput, QuoteInput
from sales.models import Quote, SalesOrder
from sales.services import (
    EmailOptions,
    change_order_status,
    decline_quote,
    duplicate_quote,
    revise_quote,
    send_quote,
    update_order,
    update_quote,
)

pytestmark = pytest.mark.usefixtures("in_company")


def member(user: User) -> Actor:
    return actor_for_member(user.memberships.select_related("company", "user").get())


def send(actor: Actor, quote: Quote) -> Quote:
    return send_quote(actor, quote, EmailOptions())[0]


@pytest.fixture
def outsider(db: None) -> User:
    """Nobody of the company."""
    return User.objects.create_user("outsider@example.com")


def test_a_customer_belongs_to_who_creates_it(actor: Actor, alice: User, bob: User) -> None:
    assert make_customer(actor).owner_id == alice.pk
    assert make_customer(member(bob)).owner_id == bob.pk
    assert make_customer(system_actor(actor.company)).owner_id is None
    assert make_customer(actor, owner_id=bob.public_id).owner_id == bob.pk
    assert make_customer(actor, owner_id="").owner_id is None


def test_documents_begin_with_the_customers_owner_and_carry_on_their_own(actor: Actor, alice: User, bob: User) -> None:
    customer = make_customer(actor, owner_id=bob.public_id)
    quote = make_quote(actor, customer, owner_id=alice.public_id, accepted=True)
    assert quote.owner_id == alice.pk
    order = make_order_from_quote(actor, quote)
    invoice = convert_order_to_invoice(actor, order)
    assert (order.owner_id, invoice.owner_id) == (alice.pk, alice.pk)
    assert [make(actor, customer).owner_id for make in (make_quote, make_order, make_invoice)] == [bob.pk] * 3
    assert duplicate_quote(actor, quote).owner_id == bob.pk
    assert duplicate_invoice(actor, invoice).owner_id == bob.pk
    assert revise_quote(actor, send(actor, make_quote(actor, customer, owner_id=alice.public_id))).owner_id == alice.pk


@pytest.mark.parametrize("owner", ["user_01hkx4w6zdg8k2n4q6s8v0x2z4", "nonsense", "key_01hkx4w6zdg8k2n4q6s8v0x2z4"])
def test_an_owner_is_a_member(actor: Actor, outsider: User, owner: str) -> None:
    for make in (make_customer, make_quote, make_order, make_invoice):
        for wrong in (owner, outsider.public_id):
            with pytest.raises(InvalidData) as refused:
                make(actor, owner_id=wrong)
            assert [(error.path, error.message) for error in refused.value.errors] == [
                (("owner_id",), "Owner must be a member of the company")
            ]


def test_whatever_became_of_a_document_its_owner_can_change(actor: Actor, alice: User, bob: User) -> None:
    declined = decline_quote(actor, send(actor, make_quote(actor)))
    assert update_quote(actor, declined, QuoteInput(owner_id=bob.public_id)).owner_id == bob.pk
    cancelled = change_order_status(actor, make_order(actor), "cancelled")
    assert update_order(actor, cancelled, OrderInput(owner_id=bob.public_id)).owner_id == bob.pk
    issued, gone = make_invoice(actor), cancel_invoice(actor, make_invoice(actor))
    for invoice in (issued, gone):
        assert update_invoice(actor, invoice, InvoiceInput(owner_id=bob.public_id)).owner_id == bob.pk
        changed = Invoice.objects.get(pk=invoice.pk)
        assert (changed.owner_id, changed.updated_at > invoice.updated_at) == (bob.pk, True)
    with pytest.raises(QuoteNotEditable):
        update_quote(actor, declined, QuoteInput(owner_id=alice.public_id, title="Else"))
    with pytest.raises(InvalidData):
        update_quote(actor, declined, QuoteInput(owner_id="nonsense"))
    entry = AuditEntry.objects.filter(event="invoice.updated").latest("occurred_at")
    assert (entry.note, entry.changes) == ("ownerId", {"ownerId": [alice.public_id, bob.public_id]})


def test_of_a_cancelled_invoice_only_the_owner_changes(actor: Actor, bob: User) -> None:
    gone = cancel_invoice(actor, make_invoice(actor))
    with pytest.raises(IntegrityError, match="stays cancelled"), transaction.atomic():
        Invoice.objects.filter(pk=gone.pk).update(owner=bob, notes="Else")
    Invoice.objects.filter(pk=gone.pk).update(owner=bob)


def test_open_documents_follow_their_customer(actor: Actor, alice: User, bob: User) -> None:
    customer = make_customer(actor)
    open_documents = [
        make_quote(actor, customer),
        make_quote(actor, customer, accepted=True),
        make_order(actor, customer, draft=True),
        make_order(actor, customer),
        make_invoice(actor, customer, draft=True),
        make_invoice(actor, customer),
    ]
    others = [
        decline_quote(actor, send(actor, make_quote(actor, customer))),
        change_order_status(actor, make_order(actor, customer), "cancelled"),
        cancel_invoice(actor, make_invoice(actor, customer)),
        make_quote(actor, make_customer(actor)),
    ]
    not_his = make_quote(actor, customer, owner_id="")
    update_customer(actor, customer, CustomerInput(owner_id=bob.public_id))
    for document in (*open_documents, *others, not_his):
        document.refresh_from_db()
    assert {document.owner_id for document in open_documents} == {bob.pk}
    assert {document.owner_id for document in others} == {alice.pk}
    assert not_his.owner_id is None
    changes = {"ownerId": [alice.public_id, bob.public_id]}
    told = AuditEntry.objects.filter(changes=changes).values_list("subjects", flat=True)
    assert {subjects[0] for subjects in told} == {customer.pk, *(document.pk for document in open_documents)}


def test_webhooks_hear_of_it(actor: Actor, bob: User) -> None:
    create_endpoint(actor, EndpointInput(url="https://example.com/hook", events=["quote.updated", "customer.updated"]))
    customer = make_customer(actor)
    make_quote(actor, customer)
    update_customer(actor, customer, CustomerInput(owner_id=bob.public_id))
    told = WebhookDelivery.objects.values_list("event_type", flat=True)
    assert sorted(told) == ["customer.updated", "quote.updated"]


def test_the_same_owner_is_no_change(actor: Actor, alice: User) -> None:
    customer = make_customer(actor)
    quote = make_quote(actor, customer)
    before = AuditEntry.objects.count()
    update_customer(actor, customer, CustomerInput(owner_id=alice.public_id))
    update_quote(actor, quote, QuoteInput(owner_id=alice.public_id))
    assert AuditEntry.objects.count() == before


def test_who_may_not_choose_owners_gets_nowhere(actor: Actor, bob: User) -> None:
    rights = ROLE_PERMISSIONS["sales"] - {"owners:change"}
    seller = Actor(actor.company, bob.public_id, "Bob", rights, member=bob.pk)
    customer = make_customer(seller)
    assert customer.owner_id == bob.pk
    quote = make_quote(seller, customer, owner_id=bob.public_id)
    for act in (
        lambda: create_customer(seller, CustomerInput(name="New", email="new@example.com", owner_id="")),
        lambda: update_customer(seller, customer, CustomerInput(owner_id="")),
        lambda: update_quote(seller, quote, QuoteInput(owner_id="")),
        lambda: make_quote(seller, customer, owner_id=""),
    ):
        with pytest.raises(MissingRight):
            act()


def test_a_merged_customer_gets_the_owner_of_the_other(actor: Actor, bob: User) -> None:
    gone, kept = make_customer(actor, owner_id=bob.public_id), make_customer(actor, owner_id="")
    assert merge_customers(actor, gone, kept).owner_id == bob.pk


def test_what_a_former_member_owned_has_no_owner(actor: Actor, bob: User, company: Company) -> None:
    customer = make_customer(actor, owner_id=bob.public_id)
    make_quote(actor, customer)
    make_order(actor, customer)
    cancel_invoice(actor, make_invoice(actor, customer))
    remove_member(bob.memberships.get(), COMMAND_LINE)
    for model in (Customer, Quote, SalesOrder, Invoice):
        assert list(model.objects.values_list("owner", flat=True)) == [None]


def test_the_database_itself_lets_only_members_be_owners(actor: Actor, bob: User, outsider: User) -> None:
    customer = make_customer(actor)
    with pytest.raises(IntegrityError, match="owner_is_member"), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(owner=outsider)
    Customer.objects.filter(pk=customer.pk).update(owner=bob)
    gone = cancel_invoice(actor, make_invoice(actor, customer))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenancy_membership WHERE user_id = %s", [bob.pk])
    assert not Membership.objects.filter(user=bob).exists()
    assert list(Customer.objects.values_list("owner", flat=True)) == [None]
    assert Invoice.objects.get(pk=gone.pk).owner_id is None
