"""Two companies with one of everything each: what the tenancy matrix plays with."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from bigledger_crm.account.invitations import invite
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import WebhookDelivery
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import Author
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order, make_quote
from customers.inputs import ContactInput
from customers.services import attach_to_customer, create_contact
from invoicing.inputs import CreditNoteInput, PaymentInput, ReminderStepInput
from invoicing.services import create_credit_note, create_step, record_payment, send_invoice, set_reminders
from sales.catalogue_inputs import TaxCodeInput
from sales.inputs import QuantityInput
from sales.services import EmailOptions, attach_file, create_tax_code, open_company, send_quote, ship_order

OURS, THEIRS = "OURMARK", "THEIRMARK"
# Stands in every text that can hold it: no page may take it for its own.
MARKUP = """<img src=x onerror=alert(1)>"'{{7*7}}"""
PUBLIC_ID = re.compile(r"\b[a-z]+_[0-9a-z]{26}\b")


@dataclass(frozen=True)
class Fixtures:
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
    payment: str
    credited_invoice: str
    credited_line: str
    credit_note: str
    mail: str
    customer_attachment: str
    quote_attachment: str
    order_attachment: str
    issued_invoice_attachment: str
    reminder_step: str
    webhook: str
    webhook_delivery: str
    api_key: str
    audit_entry: str
    member: str
    invitation: str

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
        texts: dict[str, Any] = {"reference": text, "notes": text, "terms": text}
        hook = create_endpoint(
            actor, EndpointInput(url=f"https://{mark}.example.com/", description=text, events=["customer.created"])
        )
        with patch.object(worker_notifications, "notify_worker"):  # nobody waits for this event
            customer = make_customer(actor, name=f"{text} customer", tax_number=mark)
        told = WebhookDelivery.objects.get()
        unused = make_customer(actor, name=f"{mark} unused")
        tax = create_tax_code(actor, TaxCodeInput(code=f"{mark}-TAX", name=mark, rate=Decimal(6)))
        unused_tax = create_tax_code(actor, TaxCodeInput(code=f"{mark}-NONE", name=mark, rate=Decimal(6)))
        unused_item = make_item(actor, item_code=f"{mark}-NONE", name=mark)
        contact = create_contact(actor, customer, ContactInput(name=text, email=f"{mark}@example.com", notes=text))
        item = make_item(actor, item_code=f"{mark}-ITEM", name=text, tax_code=tax.code)
        lines = [line(item_id=item.public_id, description=text, tax_code=tax.code)] * rows
        for _ in range(rows):
            create_contact(actor, customer, ContactInput(name=mark))
        order = make_order(actor, customer, lines, **texts)
        issued = make_invoice(actor, customer, lines, **texts)
        past: dict[str, Any] = {
            "invoice_date": actor.today() - timedelta(60),
            "due_date": actor.today() - timedelta(30),
        }
        overdue = make_invoice(actor, customer, lines, **texts, **past)
        payment = record_payment(
            actor, issued, PaymentInput(amount=Decimal("1.00"), payment_method="cash", reference=mark)
        )
        credited = make_invoice(actor, customer, [replace(lines[0], quantity=Decimal(4))] * rows, **texts)
        half = [QuantityInput(item_id=credited.lines.all()[0].public_id, quantity=Decimal(2))]
        note = create_credit_note(actor, CreditNoteInput(invoice_id=credited.public_id, items=half, reason=text))
        message = EmailOptions(to=["somebody@example.com"], subject=text, message=text)
        with patch.object(worker_notifications, "notify_worker"):  # nobody waits for this email
            _, mail = send_invoice(actor, issued, message)
            sent_quote, _ = send_quote(actor, make_quote(actor, customer, lines, title=text, **texts), message)
        shipping = make_order(actor, customer, [line("3", item_id=item.public_id, description=mark)] * rows, **texts)
        parts = [QuantityInput(item_id=shipping.lines.all()[0].public_id, quantity=Decimal(1))]
        shipment = ship_order(actor, shipping, items=parts, method=text, tracking_number=text)
        quote = make_quote(actor, customer, lines, title=text, **texts)
        step = create_step(actor, ReminderStepInput(document="quote", days=-9, subject=mark, message=mark))
        set_reminders(actor, issued, wanted=True)
        documents = ((quote, "quote"), (order, "order"), (issued, "invoice"))
        filed = attach_to_customer(actor, customer, filename=mark, content=mark.encode())
        for _ in range(min(rows, 40)):
            files = [attach_file(actor, row, kind, filename=mark, content=mark.encode()) for row, kind in documents]
        return Fixtures(
            customer=customer.public_id,
            unused_customer=unused.public_id,
            contact=contact.public_id,
            unused_item=unused_item.public_id,
            unused_tax_code=unused_tax.public_id,
            item=item.public_id,
            tax_code=tax.public_id,
            tax=tax.code,
            quote=quote.public_id,
            sent_quote=sent_quote.public_id,
            accepted_quote=make_quote(actor, customer, lines, accepted=True, title=text, **texts).public_id,
            order=order.public_id,
            draft_order=make_order(actor, customer, lines, draft=True, **texts).public_id,
            shipping_order=shipping.public_id,
            shipping_line=shipping.lines.all()[0].public_id,
            shipment=shipment.public_id,
            order_line=order.lines.all()[0].public_id,
            invoice=make_invoice(actor, customer, lines, draft=True, **texts).public_id,
            issued_invoice=issued.public_id,
            overdue_invoice=overdue.public_id,
            payment=payment.public_id,
            credited_invoice=credited.public_id,
            credited_line=credited.lines.all()[0].public_id,
            credit_note=note.public_id,
            mail=mail.public_id,
            customer_attachment=filed.public_id,
            quote_attachment=files[0].public_id,
            order_attachment=files[1].public_id,
            issued_invoice_attachment=files[2].public_id,
            reminder_step=step.public_id,
            webhook=hook.public_id,
            webhook_delivery=told.public_id,
            audit_entry=AuditEntry.objects.filter(event="customer.created")[0].public_id,
            member=_colleague(actor, mark).public_id,
            invitation=invite(
                actor.company, f"{mark.lower()}-colleague@example.com", "viewer", Author(actor.id, mark)
            ).public_id,
            api_key=create_api_key([actor.company], name=mark)[0].public_id,
        )


def _colleague(actor: Actor, mark: str) -> User:
    """Another member of the company."""
    person, _ = User.objects.get_or_create(email=f"{mark.lower()}-member@example.com", defaults={"name": mark})
    Membership.objects.create(company=actor.company, user=person, role="viewer")
    return person


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
        create_api_key([company], name=mark)[1],
        make_fixtures(actor_for_member(member), mark, markup=MARKUP),
    )


def unknown_like(public_id: str) -> str:
    """An id of the same kind that nothing has."""
    return ids.encode(public_id.rpartition("_")[0], ids.new_id())


def without_ids(text: str) -> str:
    """A text with every public id blotted out."""
    return PUBLIC_ID.sub("<id>", text)
