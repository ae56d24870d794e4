"""Two companies with one of everything each: what the tenancy matrix plays with."""

import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import WebhookDelivery
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import EVERYTHING, ApiClient
from bigledger_crm.testing.factories import (
    line,
    make_batch,
    make_customer,
    make_invoice,
    make_item,
    make_order,
    make_quote,
    make_saved_report,
)
from bigledger_crm.testing.tenancy_bank import BankFixtures, make_bank_fixtures
from bigledger_crm.testing.tenancy_custom_fields import CustomFieldFixtures, make_custom_field_fixtures
from bigledger_crm.testing.tenancy_einvoices import EInvoiceFixtures, make_einvoice_fixtures
from bigledger_crm.testing.tenancy_given import Given
from bigledger_crm.testing.tenancy_imports import ImportFixtures, make_import_fixtures
from bigledger_crm.testing.tenancy_money import MoneyFixtures, make_money_fixtures
from bigledger_crm.testing.tenancy_people import PeopleFixtures, make_people_fixtures
from customers.inputs import ContactInput
from customers.models import Customer
from customers.services import attach_to_customer, create_contact
from invoicing.inputs import ReminderStepInput
from invoicing.models import Invoice
from invoicing.services import create_step, send_invoice, set_reminders
from sales.catalogue_inputs import TaxCodeInput
from sales.inputs import QuantityInput
from sales.models import Item, Quote, SalesOrder
from sales.services import EmailOptions, attach_file, create_tax_code, open_company, send_quote, ship_order

OURS, THEIRS = "OURMARK", "THEIRMARK"
# Stands in every text that can hold it: no page may take it for its own.
MARKUP = """<img src=x onerror=alert(1)>"'{{7*7}}"""
PUBLIC_ID = re.compile(r"\b[a-z]+_[0-9a-z]{26}\b")


@dataclass(frozen=True)
class Fixtures(BankFixtures, CustomFieldFixtures, EInvoiceFixtures, ImportFixtures, MoneyFixtures, PeopleFixtures):
    """The public ids of a company's objects; `tax` is the code of a tax code of its own."""

    customer: str
    unused_customer: str
    contact: str
    item: str
    unused_item: str
    tax_code: str
    unused_tax_code: str
    tax: str
    quote: str
    sent_quote: str
    accepted_quote: str
    order: str
    draft_order: str
    order_line: str
    shipping_order: str
    shipping_line: str
    shipment: str
    invoice: str
    issued_invoice: str
    overdue_invoice: str
    email: str
    customer_attachment: str
    quote_attachment: str
    order_attachment: str
    issued_invoice_attachment: str
    reminder_step: str
    saved_report: str
    batch: str
    webhook: str
    webhook_delivery: str
    audit_entry: str

    def names(self) -> dict[str, str]:
        """Every id by its name."""
        return {name: str(value) for name, value in asdict(self).items()}


def make_fixtures(actor: Actor, mark: str, rows: int = 1, markup: str = "") -> Fixtures:
    """One of everything in the actor's company; `mark` stands in every text that a caller can give.

    `markup` follows it where a text may hold that.  Documents have so many `rows`, customers so many
    contacts, and of files as many as are allowed up to that.
    """
    with company_scope(actor.company):
        text = f"{mark}{markup}"
        custom_fields = make_custom_field_fixtures(actor, mark, text)
        customer, customers = _customers(actor, mark, text, rows)
        item, catalogue = _catalogue(actor, mark, text)
        lines = [line(item_id=item.public_id, description=text, tax_code=catalogue["tax"])] * rows
        given = Given(actor, mark, text, rows, customer, lines)
        documents, invoices = _documents(given, item)
        settled = make_money_fixtures(given, invoices.issued, invoices.overdue)
        return Fixtures(
            **customers,
            **catalogue,
            **documents,
            **settled,
            **_sent(given, invoices),
            **_attachments(given, invoices),
            **make_bank_fixtures(actor, mark, text, rows),
            **make_einvoice_fixtures(given, settled["credit_note"]),
            **make_people_fixtures(given, customers["contact"]),
            **make_import_fixtures(actor, text, rows),
            **custom_fields,
        )


@dataclass(frozen=True)
class _Documents:
    quote: Quote
    order: SalesOrder
    issued: Invoice
    overdue: Invoice


def _customers(actor: Actor, mark: str, text: str, rows: int) -> tuple[Customer, dict[str, str]]:
    """A customer with contacts, another without anything, and a webhook that was told of the first."""
    hook = create_endpoint(
        actor, EndpointInput(url=f"https://{mark}.example.com/", description=text, events=["customer.created"])
    )
    with patch.object(worker_notifications, "notify_worker"):  # nobody waits for this event
        own = {mark: text}
        customer = make_customer(actor, name=f"{text} customer", tax_number=mark, custom_fields=own)
    delivery = WebhookDelivery.objects.get(endpoint__description=text)
    unused = make_customer(actor, name=f"{mark} unused")
    given = ContactInput(name=text, email=f"{mark}@example.com", notes=text, custom_fields=own)
    contact = create_contact(actor, customer, given)
    for _ in range(rows):
        create_contact(actor, customer, ContactInput(name=mark))
    return customer, {
        "customer": customer.public_id,
        "unused_customer": unused.public_id,
        "contact": contact.public_id,
        "webhook": hook.public_id,
        "webhook_delivery": delivery.public_id,
        "audit_entry": AuditEntry.objects.filter(event="customer.created")[0].public_id,
    }


def _catalogue(actor: Actor, mark: str, text: str) -> tuple[Item, dict[str, str]]:
    """An item and a tax code that documents use, and one of each that none does."""
    tax = create_tax_code(actor, TaxCodeInput(code=f"{mark}-TAX", name=mark, rate=Decimal(6)))
    unused_tax = create_tax_code(actor, TaxCodeInput(code=f"{mark}-NONE", name=mark, rate=Decimal(6)))
    item = make_item(actor, item_code=f"{mark}-ITEM", name=text, tax_code=tax.code)
    return item, {
        "item": item.public_id,
        "unused_item": make_item(actor, item_code=f"{mark}-NONE", name=mark).public_id,
        "tax_code": tax.public_id,
        "unused_tax_code": unused_tax.public_id,
        "tax": tax.code,
    }


def _documents(given: Given, item: Item) -> tuple[dict[str, str], _Documents]:
    """Quotes, orders and invoices, each in several states."""
    actor, customer, lines, text, texts = given.actor, given.customer, given.lines, given.text, given.texts
    order = make_order(actor, customer, lines, **texts)
    issued = make_invoice(actor, customer, lines, **texts)
    past: dict[str, Any] = {"invoice_date": actor.today() - timedelta(60), "due_date": actor.today() - timedelta(30)}
    overdue = make_invoice(actor, customer, lines, **texts, **past)
    few = [line("3", item_id=item.public_id, description=given.mark)] * given.rows
    shipping = make_order(actor, customer, few, **texts)
    parts = [QuantityInput(item_id=shipping.lines.all()[0].public_id, quantity=Decimal(1))]
    shipment = ship_order(actor, shipping, items=parts, method=text, tracking_number=text)
    quote = make_quote(actor, customer, lines, title=text, **texts)
    return {
        "quote": quote.public_id,
        "accepted_quote": make_quote(actor, customer, lines, accepted=True, title=text, **texts).public_id,
        "order": order.public_id,
        "order_line": order.lines.all()[0].public_id,
        "draft_order": make_order(actor, customer, lines, draft=True, **texts).public_id,
        "shipping_order": shipping.public_id,
        "shipping_line": shipping.lines.all()[0].public_id,
        "shipment": shipment.public_id,
        "invoice": make_invoice(actor, customer, lines, draft=True, **texts).public_id,
        "issued_invoice": issued.public_id,
        "overdue_invoice": overdue.public_id,
    }, _Documents(quote, order, issued, overdue)


def _sent(given: Given, documents: _Documents) -> dict[str, str]:
    """Emails of an invoice and a quote, a reminder, and a saved report."""
    actor, text = given.actor, given.text
    message = EmailOptions(to=["somebody@example.com"], subject=text, message=text)
    with patch.object(worker_notifications, "notify_worker"):  # nobody waits for this email
        _, email = send_invoice(actor, documents.issued, message)
        quote = make_quote(actor, given.customer, given.lines, title=text, **given.texts)
        sent_quote, _ = send_quote(actor, quote, message)
    step = ReminderStepInput(document="quote", days=-len(given.mark), subject=given.mark, message=given.mark)
    set_reminders(actor, documents.issued, wanted=True)
    return {
        "email": email.public_id,
        "sent_quote": sent_quote.public_id,
        "reminder_step": create_step(actor, step).public_id,
        "batch": make_batch(actor, given.customer).public_id,
        "saved_report": make_saved_report(
            actor, name=text, filters={"customerId": given.customer.public_id}, is_shared=True
        ).public_id,
    }


def _attachments(given: Given, documents: _Documents) -> dict[str, str]:
    """A file at the customer, and up to 40 at each document."""
    actor, mark, content = given.actor, given.mark, given.mark.encode()
    targets = ((documents.quote, "quote"), (documents.order, "order"), (documents.issued, "invoice"))
    filed = attach_to_customer(actor, given.customer, filename=mark, content=content)
    for _ in range(min(given.rows, 40)):
        files = [attach_file(actor, row, kind, filename=mark, content=content) for row, kind in targets]
    return {
        "customer_attachment": filed.public_id,
        "quote_attachment": files[0].public_id,
        "order_attachment": files[1].public_id,
        "issued_invoice_attachment": files[2].public_id,
    }


@dataclass(frozen=True)
class Tenant:
    """A company, its owner, a key and one of everything."""

    company: Company
    owner: User
    key: str
    fixtures: Fixtures

    @property
    def api(self) -> ApiClient:
        """A client for the company."""
        return ApiClient(self.key, self.company.public_id)


def make_tenant(name: str, mark: str) -> Tenant:
    """A company with an owner, and with one of everything that has `mark` in its texts."""
    company = open_company(name)
    owner = User.objects.create_user(f"{mark.lower()}@example.com", name=mark)
    member = Membership.objects.create(company=company, user=owner, role="owner")
    return Tenant(
        company,
        owner,
        create_api_key([company], name=mark, scopes=EVERYTHING)[1],
        make_fixtures(actor_for_member(member), mark, markup=MARKUP),
    )


def unknown_like(public_id: str) -> str:
    """An id of the same kind that nothing has."""
    return ids.encode(public_id.rpartition("_")[0], ids.new_id())


def without_ids(text: str) -> str:
    """A text with every public id blotted out."""
    return PUBLIC_ID.sub("<id>", text)
