"""What must never change is refused by the database itself, raw SQL included."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import IntegrityError, models, transaction

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.services import create_custom_field, delete_custom_field
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.raw_sql import another_value, columns_of, copy_row, execute
from customers.models import ReceivableEntry
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Payment
from invoicing.services import cancel_invoice, convert_order_to_invoice, create_credit_note, record_payment
from sales.inputs import QuantityInput
from sales.models import OrderStatusChange, Quote, QuoteLine, SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from sales.services import EmailOptions, change_order_status, send_quote

Model = type[models.Model]
D = Decimal


@pytest.fixture(autouse=True)
def a_sale(actor: Actor) -> Iterator[None]:
    """A draft and an issued one of every document, a payment, a shipment: all rows of their first life."""
    with company_scope(actor.company):
        customer = make_customer(actor)
        make_quote(actor, customer)
        send_quote(actor, make_quote(actor, customer), EmailOptions())
        make_order(actor, customer, draft=True)
        order = make_order(actor, customer, [line("4")])
        change_order_status(actor, order, "shipped")
        convert_order_to_invoice(actor, order)
        record_payment(actor, make_invoice(actor, customer), PaymentInput(amount=D("1.00")))
        credited = make_invoice(actor, customer, [line("2")])
        half = [QuantityInput(item_id=credited.lines.get().public_id, quantity=D(1))]
        create_credit_note(actor, CreditNoteInput(invoice_id=credited.public_id, items=half))
        yield


def refused(statement: str, message: str) -> None:
    with pytest.raises(IntegrityError, match=message):
        execute(statement)


def truncate(model: Model) -> str:
    return f'TRUNCATE "{model._meta.db_table}" CASCADE'


@pytest.mark.parametrize(
    "model", [AuditEntry, ReceivableEntry, OrderStatusChange, Shipment, ShipmentLine, CreditNote, CreditNoteLine]
)
def test_append_only_tables(model: Model) -> None:
    table = model._meta.db_table
    for column, kind in columns_of(model).items():
        value = another_value(column, kind) if "[" not in kind else "'{}'"
        refused(f'UPDATE "{table}" SET "{column}" = {value}', f"{table} is append-only")
    refused(f'DELETE FROM "{table}"', f"{table} is append-only")
    refused(truncate(model), f"{table} is append-only")
    assert model._base_manager.exists()


CHANGEABLE: dict[Model, set[str]] = {
    Quote: {
        "status",
        "sent_at",
        "accepted_at",
        "accepted_by",
        "converted_at",
        "declined_at",
        "decline_reason",
        "cancelled_at",
        "cancel_reason",
        "updated_at",
        "owner_id",
        "search_text",
    },
    SalesOrder: {
        "status",
        "updated_at",
        "owner_id",
        "search_text",
        "reference",
        "notes",
        "priority",
        "required_date",
        "promised_date",
        "shipping_method",
        "tracking_number",
        "estimated_delivery",
        "issued_total",
        "custom_fields",
    },
    Invoice: {
        "status",
        "updated_at",
        "owner_id",
        "search_text",
        "reference",
        "notes",
        "send_reminders",
        "amount_paid",
        "amount_credited",
        "amount_written_off",
        "last_payment_date",
        "overdue_noted_at",
        "tags",
        "cancelled_at",
        "cancel_reason",
        "custom_fields",
    },
}
NUMBERED: dict[Model, str] = {Quote: "quote_number", SalesOrder: "order_number", Invoice: "invoice_number"}
LINES: list[tuple[Model, Model, str, set[str]]] = [
    (QuoteLine, Quote, "quote_id", set()),
    (SalesOrderLine, SalesOrder, "order_id", {"shipped_quantity", "invoiced_quantity"}),
    (InvoiceLine, Invoice, "invoice_id", set()),
]


@pytest.mark.parametrize("model", CHANGEABLE)
def test_what_a_document_said_never_changes(model: Model) -> None:
    """Every column but those that a document's life is made of; a new column is frozen or listed here."""
    table, changeable = model._meta.db_table, CHANGEABLE[model]
    assert execute(f"UPDATE {table} SET updated_at = updated_at WHERE status <> 'draft'") > 0
    for column, kind in columns_of(model).items():
        if column not in changeable:
            change = f'UPDATE "{table}" SET "{column}" = {another_value(column, kind)}'
            refused(f"{change} WHERE status <> 'draft'", "only drafts can be edited|keeps its|the title of an")
    for column in changeable & {"reference", "notes"}:
        assert execute(f"UPDATE {table} SET {column} = 'changed' WHERE status <> 'draft'") > 0


@pytest.mark.parametrize("model", CHANGEABLE)
def test_a_document_never_becomes_a_draft_again(model: Model) -> None:
    table = model._meta.db_table
    refused(f"UPDATE {table} SET status = 'draft' WHERE status <> 'draft'", "nothing becomes a draft again")


def test_printed_custom_fields_of_an_issued_invoice_stay(actor: Actor) -> None:
    fields = {
        key: create_custom_field(
            actor, CustomFieldInput(object_type="invoices", label=key, type="text", show_on_paper=printed)
        )
        for key, printed in (("site", True), ("source", False))
    }
    values = {"site": "Ipoh", "source": "fair"}
    draft, issued = (make_invoice(actor, draft=draft, custom_fields=values) for draft in (True, False))
    change = "UPDATE invoicing_invoice SET custom_fields = custom_fields || '{{\"{}\": \"x\"}}' WHERE id = '{}'"
    assert execute(change.format("site", draft.pk)) == 1
    for key in ("source", "free"):
        assert execute(change.format(key, issued.pk)) == 1
    stays = "the PDF of an issued invoice shows stay"
    refused(change.format("site", issued.pk), stays)
    refused(f"UPDATE invoicing_invoice SET custom_fields = '{{}}' WHERE id = '{issued.pk}'", stays)
    delete_custom_field(actor, fields["site"])
    assert execute(change.format("site", issued.pk)) == 1


def test_a_cancelled_invoice_stays_cancelled(actor: Actor) -> None:
    cancel_invoice(actor, Invoice.objects.filter(status="draft")[0], reason="Mistaken")
    for column in ("status", "reference", "notes", "cancel_reason"):
        refused(f"UPDATE invoicing_invoice SET {column} = 'sent' WHERE status = 'cancelled'", "stays cancelled")
    refused("UPDATE invoicing_invoice SET status = 'sent' WHERE status = 'cancelled'", "stays cancelled")


@pytest.mark.parametrize("model", NUMBERED)
def test_a_numbered_document_is_never_deleted_nor_renumbered(model: Model) -> None:
    table, number = model._meta.db_table, NUMBERED[model]
    for state in ("status = 'draft'", "status <> 'draft'"):
        refused(f"DELETE FROM {table} WHERE {state}", "never deleted")
        refused(f"UPDATE {table} SET {number} = {number} || 'x' WHERE {state}", "keeps its number")
        refused(f"UPDATE {table} SET id = gen_random_uuid() WHERE {state}", "keeps its number")
    refused(truncate(model), "never deleted|never edited|append-only|is kept|lines of a draft")
    assert model._base_manager.count() >= 2


@pytest.mark.parametrize(("model", "document", "parent", "changeable"), LINES)
def test_lines_change_only_while_their_document_is_a_draft(
    model: Model, document: Model, parent: str, changeable: set[str]
) -> None:
    table, documents = model._meta.db_table, document._meta.db_table
    fixed = f"{parent} IN (SELECT id FROM {documents} WHERE status <> 'draft')"
    draft = f"{parent} IN (SELECT id FROM {documents} WHERE status = 'draft')"
    one_fixed = f"(SELECT id FROM {documents} WHERE status <> 'draft' LIMIT 1)"
    message = "only the lines of a draft can be changed"
    for column, kind in columns_of(model).items():
        if column not in changeable:
            refused(f'UPDATE {table} SET "{column}" = {another_value(column, kind)} WHERE {fixed}', message)
    for column in changeable:
        assert execute(f"UPDATE {table} SET {column} = 0.5 WHERE {fixed}") > 0
    refused(f"DELETE FROM {table} WHERE {fixed}", message)
    refused(f"UPDATE {table} SET {parent} = {one_fixed}, position = 77 WHERE {draft}", message)
    with pytest.raises(IntegrityError, match=message):
        copy_row(model, fixed, position="99")
    refused(truncate(model), f"{message}|append-only|never edited")
    assert copy_row(model, draft, position="99") == 1
    assert execute(f"DELETE FROM {table} WHERE {draft} AND position = 99") == 1


def test_a_payment_is_never_edited_only_voided_once() -> None:
    table = "invoicing_payment"
    message = "never edited or deleted, only voided once"
    for column, kind in columns_of(Payment).items():
        if column not in ("voided_at", "void_reason"):
            refused(f'UPDATE {table} SET "{column}" = {another_value(column, kind)}', message)
    refused(f"UPDATE {table} SET voided_at = now(), amount = 2", message)
    refused(f"DELETE FROM {table}", message)
    refused(truncate(Payment), message)
    assert execute(f"UPDATE {table} SET voided_at = now()") == 1
    refused(f"UPDATE {table} SET voided_at = NULL", message)
    refused(f"UPDATE {table} SET voided_at = now() + INTERVAL '1 day'", message)


def test_a_credit_note_gets_no_more_lines() -> None:
    for changes in ({"position": "99"}, {"position": "99", "line_total": "0.01", "tax_amount": "0"}):
        with pytest.raises(IntegrityError, match="lines of a credit note come with it"):
            copy_row(CreditNoteLine, **changes)


def test_drafts_can_be_edited() -> None:
    """The guards refuse what they should and nothing else."""
    assert execute("UPDATE sales_quote SET terms = 'New', title = 'New' WHERE status = 'draft'") == 1
    draft = "quote_id IN (SELECT id FROM sales_quote WHERE status = 'draft')"
    assert execute(f"UPDATE sales_quoteline SET description = 'New' WHERE {draft}") == 1


def test_the_orm_is_refused_alike() -> None:
    invoice = Invoice.objects.filter(status="sent")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(due_date=invoice.invoice_date)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceivableEntry.objects.all().delete()
