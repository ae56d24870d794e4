"""A person in sales who sees own records only: what that is, and what of the company's work needs to see more."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from bigledger_crm.account.tests.test_passwords import link_in, sent
from bigledger_crm.outbox.errors import EmailLimitReached
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor, actor_for_member, member_scope
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.own_records import table_of_own_rows
from bigledger_crm.tenancy.scope import company_scope, whole_company
from bigledger_crm.testing.einvoice_rows import make_einvoice
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.tenancy_fixtures import PUBLIC_ID
from customers.inputs import ContactInput, CustomerInput
from customers.models import Contact, Customer, ReceivableEntry
from customers.services import create_contact, merge_customers, update_customer
from invoicing.inputs import AllocationInput, CreditNoteInput, CustomerPaymentInput, InvoiceInput, PaymentInput
from invoicing.models import Allocation, CreditNote, EInvoice, Invoice, JournalEntry, Payment
from invoicing.queries.einvoices import exchanges_about
from invoicing.services import (
    create_credit_note,
    post_journal,
    record_customer_payment,
    record_payment,
    update_invoice,
)
from sales.errors import CreditLimitExceeded
from sales.models import Quote, SalesOrder, Shipment
from sales.services import EmailOptions, change_order_status, convert_quote_to_order, send_quote, ship_order


@pytest.fixture
def seller(limited: Membership) -> Actor:
    """Bob at work."""
    return actor_for_member(limited)


@pytest.fixture
def bobs(client: Client, limited: Membership) -> Client:
    """Bob, signed in."""
    client.force_login(limited.user)
    return client


def test_he_sees_his_customers_and_what_belongs_to_them(actor: Actor, limited: Membership) -> None:
    with company_scope(actor.company):
        for owner in (limited.user.public_id, actor.id):
            customer = make_customer(actor, owner_id=owner)
            create_contact(actor, customer, ContactInput(name="Ali"))
            make_quote(actor, customer)
            ship_order(actor, make_order(actor, customer))
            invoice = make_invoice(actor, customer)
            record_payment(actor, invoice, PaymentInput(amount=Decimal(1), payment_method="cash"))
            create_credit_note(actor, CreditNoteInput(invoice_id=make_invoice(actor, customer).public_id))
    models = (Customer, Contact, ReceivableEntry, Quote, SalesOrder, Shipment, Invoice, Payment, CreditNote)
    with member_scope(limited):
        seen = [model.objects.count() for model in models]
        with whole_company():
            assert [model.objects.count() for model in models] == [2 * count for count in seen]
    assert seen == [1, 1, 4, 1, 1, 1, 2, 1, 1]


def test_a_document_is_his_by_its_own_owner_or_its_customers(actor: Actor, limited: Membership) -> None:
    with company_scope(actor.company):
        his, hers = make_customer(actor, owner_id=limited.user.public_id), make_customer(actor)
        of_his_customer = make_quote(actor, his, owner_id=actor.id)
        his_own = make_quote(actor, hers, owner_id=limited.user.public_id)
        make_quote(actor, hers)
    with member_scope(limited):
        assert set(Quote.objects.all()) == {of_his_customer, his_own}
        assert set(Customer.objects.all()) == {his}
        assert set(of_his_customer.lines.all()) | set(his_own.lines.all())
        with company_scope(actor.company):  # what a service opens again stays limited
            assert set(Customer.objects.all()) == {his}


def test_raw_sql_reads_what_lists_show_and_compares_no_row_with_many_keys(actor: Actor, limited: Membership) -> None:
    with company_scope(actor.company):
        for owner in (limited.user.public_id, actor.id):
            invoice = make_invoice(actor, make_customer(actor, owner_id=owner))
            create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    with company_scope(actor.company, owner=limited.user_id), connection.cursor() as cursor:
        for model in (Customer, Quote, SalesOrder, Invoice, Payment, CreditNote):
            parameters: dict[str, Any] = {}
            table = table_of_own_rows(model, "rows", parameters)
            cursor.execute(f"SELECT id FROM {table} own", parameters)
            assert {key for (key,) in cursor.fetchall()} == set(model._default_manager.values_list("pk", flat=True))
            assert "ARRAY(" not in table


def test_answers_of_lhdn_name_documents_of_many_owners(actor: Actor, limited: Membership) -> None:
    with company_scope(actor.company):
        einvoice = make_einvoice(make_invoice(actor, make_customer(actor, owner_id=limited.user.public_id)))
        assert exchanges_about([einvoice.pk])
    with member_scope(limited):
        assert list(EInvoice.objects.all()) == [einvoice]
        assert exchanges_about([einvoice.pk]) == []


def test_what_isnt_his_is_hidden_on_the_page_of_what_is(bobs: Client, actor: Actor, limited: Membership) -> None:
    with company_scope(actor.company):
        hers = make_customer(actor, name="Hidden Ltd")
        quote = make_quote(actor, hers, accepted=True)
        order = convert_quote_to_order(actor, quote)
        invoice = make_invoice(actor, hers)
        update_invoice(actor, invoice, InvoiceInput(owner_id=limited.user.public_id))
        SalesOrder.objects.filter(pk=order.pk).update(owner=limited.user)
        Customer.objects.update(credit_limit=1)
    page = flat(bobs.get(f"/sales-orders/{order.public_id}"))
    assert "Hidden Ltd" in page  # whom the order is for
    assert hers.public_id not in page
    assert quote.public_id not in page
    assert quote.quote_number not in page.replace(f"From {quote.quote_number}", "")
    assert "credit limit" not in page
    assert bobs.get(f"/customers/{hers.public_id}").status_code == 404
    assert hers.public_id not in flat(bobs.get("/analytics")) + flat(bobs.get("/"))


def test_he_works_on_his_document_of_somebody_elses_customer(actor: Actor, limited: Membership, seller: Actor) -> None:
    """Locks, addresses and the credit limit see the customer, whoever owns it."""
    with company_scope(actor.company):
        hers = make_customer(actor, email="hers@example.com", credit_limit=Decimal(250))
        make_order(actor, hers)
        quote = make_quote(actor, hers, owner_id=limited.user.public_id)
        order = make_order(actor, hers, [line("2")], draft=True, owner_id=limited.user.public_id)
    with member_scope(limited):
        _sent, email = send_quote(seller, quote, EmailOptions())
        assert email.to == ["hers@example.com"]
        with pytest.raises(CreditLimitExceeded):
            change_order_status(seller, order, "confirmed")


def test_his_customers_get_numbers_that_nobody_has(actor: Actor, limited: Membership, seller: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor, customer_number="CUST-0002")
    with member_scope(limited):
        assert [make_customer(seller).customer_number for _ in range(2)] == ["CUST-0001", "CUST-0003"]
        assert Customer.objects.count() == 2


def test_the_limit_of_emails_is_the_companys(
    actor: Actor, limited: Membership, seller: Actor, settings: Settings
) -> None:
    settings.BIGLEDGER_MAILS_PER_HOUR = 1
    with company_scope(actor.company):
        send_quote(actor, make_quote(actor), EmailOptions())
    with member_scope(limited):
        quote = make_quote(seller)
        assert not OutboxEmail.objects.exists()
        with pytest.raises(EmailLimitReached):
            send_quote(seller, quote, EmailOptions())


def test_he_hears_of_a_colleagues_customer_but_not_of_which(bobs: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        known = make_customer(actor, name="Known Ltd", email="known@example.com", phone="+60123456789")
    form = bobs.get("/customers/new").context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"name": "Other name", "email": "KNOWN@example.com", "type": "business"}
    warned = bobs.post("/customers/new", data)
    assert warned.status_code == 409
    page = flat(warned)
    assert "A colleague has a customer with the same name, email address or phone number." in page
    assert not {known.public_id, known.name, known.customer_number, known.phone} & set(page.split())
    assert "Known Ltd" not in page
    assert bobs.post("/customers/new", data | {"another": "on"}).status_code == 302


def test_a_customer_that_is_handed_over_is_gone_with_all_that_belongs_to_it(
    bobs: Client, actor: Actor, limited: Membership
) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor, owner_id=limited.user.public_id)
        invoice = make_invoice(actor, customer)
    pages = (f"/customers/{customer.public_id}", f"/invoices/{invoice.public_id}")
    assert [bobs.get(page).status_code for page in pages] == [200, 200]
    with company_scope(actor.company):
        update_customer(actor, customer, CustomerInput(owner_id=actor.id))
    assert [bobs.get(page).status_code for page in pages] == [404, 404]
    Membership.objects.filter(pk=limited.pk).update(own_records_only=False)
    assert [bobs.get(page).status_code for page in pages] == [200, 200]


def test_an_invited_colleague_sees_the_own_customers_and_nothing_else(actor: Actor, alice: User) -> None:
    """From the invitation to the first customer, by pages alone."""
    with company_scope(actor.company):
        hers = make_customer(actor, name="Alices Bakery")
        invoice = make_invoice(actor, hers)
    owner, colleague = Client(), Client()
    owner.force_login(alice)
    asked = {"email": "dewi@example.com", "role": "sales-own-records"}
    assert owner.post("/settings/members/invite", asked).status_code == 302
    link = link_in(sent()[-1])
    password = "a longer horse staple"
    joined = colleague.post(link, {"name": "Dewi Lim", "new_password1": password, "new_password2": password})
    assert joined.status_code == 302
    assert "Alices Bakery" not in flat(colleague.get("/customers")) + flat(colleague.get("/"))
    for path in (
        f"/customers/{hers.public_id}",
        f"/invoices/{invoice.public_id}",
        f"/invoices/{invoice.public_id}/pdf",
    ):
        assert colleague.get(path).status_code == 404
    form = {
        "name": "Dewis Cafe",
        "email": "cafe@example.com",
        "type": "business",
        "status": "active",
        "currency": "MYR",
    }
    made = colleague.post("/customers/new", {**form, "payment_terms": "30"})
    assert made.status_code == 302
    listed = flat(colleague.get("/customers"))
    assert ("Dewis Cafe" in listed, "Alices Bakery" in listed) == (True, False)
    everybodys = flat(owner.get("/customers"))
    assert ("Dewis Cafe" in everybodys, "Alices Bakery" in everybodys) == (True, True)


def test_a_payment_for_several_invoices_shows_him_his_part_alone(
    bobs: Client, actor: Actor, limited: Membership
) -> None:
    with company_scope(actor.company):
        hers = make_customer(actor)
        his, other = make_invoice(actor, hers), make_invoice(actor, hers)
        update_invoice(actor, his, InvoiceInput(owner_id=limited.user.public_id))
        parts = [AllocationInput(invoice_id=one.public_id, amount=Decimal(30)) for one in (his, other)]
        paid = CustomerPaymentInput(customer_id=hers.public_id, amount=Decimal(70), reference="TT 1", allocations=parts)
        payment = record_customer_payment(actor, paid)
        post_journal(actor)
    page = flat(bobs.get(f"/invoices/{his.public_id}"))
    assert "TT 1" in page
    assert "30.00" in page
    assert not {payment.public_id, other.public_id, hers.public_id} & set(PUBLIC_ID.findall(page))
    assert bobs.get(f"/payments/{payment.public_id}").status_code == 404
    assert "TT 1" not in flat(bobs.get("/payments"))
    with member_scope(limited):
        assert [one.invoice_id for one in Allocation.objects.all()] == [his.pk]
        assert not JournalEntry.objects.exists()


def test_a_merged_customer_does_not_tell_into_which(bobs: Client, actor: Actor, limited: Membership) -> None:
    with company_scope(actor.company):
        kept = make_customer(actor, name="Hidden Ltd")
        his = make_customer(actor, name="Twice Ltd", owner_id=limited.user.public_id)
        merge_customers(actor, his, kept)
    page = flat(bobs.get(f"/customers/{his.public_id}"))
    assert "Merged into a colleague's customer" in page
    tried = flat(bobs.post(f"/customers/{his.public_id}/notes", {"text": "Hello"}))
    for text in (page, tried):
        assert not {"Hidden Ltd", kept.public_id, kept.customer_number} & {*text.split(), *PUBLIC_ID.findall(text)}
        assert "Hidden Ltd" not in text
