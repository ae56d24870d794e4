"""Every CHECK of the business tables refuses the row that it is there for."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, models

from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import NUMBERED_KINDS, Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import (
    line,
    make_bank_statement,
    make_batch,
    make_customer,
    make_invoice,
    make_item,
    make_order,
    make_quote,
    make_saved_report,
)
from bigledger_crm.testing.raw_sql import copy_row
from bigledger_crm.tests.integrity.einvoice_cases import EINVOICE_CASES, make_einvoice_rows
from bigledger_crm.tests.integrity.report_cases import BATCH_CASES, REPORT_CASES
from customers.inputs import ContactInput
from customers.models import Contact, Customer, ReceivableEntry
from customers.services import create_contact
from invoicing.inputs import BankMatchInput, CreditNoteInput, PaymentInput, RefundInput, WriteOffInput
from invoicing.models import (
    Allocation,
    BankAccount,
    BankMatch,
    BankStatement,
    BankTransaction,
    BankUpload,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    JournalAccount,
    JournalEntry,
    Payment,
    Refund,
    Reminder,
    ReminderStep,
    WriteOff,
)
from invoicing.services import (
    create_credit_note,
    keep_upload,
    match_transaction,
    post_journal,
    record_payment,
    refund_credit,
    schedule_of,
    update_journal_accounts,
    write_off_invoice,
)
from sales.models import Item, Quote, QuoteLine, SalesOrder, SalesOrderLine, ShipmentLine, TaxCode, TaxRate
from sales.services import change_order_status

Case = tuple[type[models.Model], dict[str, str]]

A_NOTE = "(SELECT id FROM invoicing_creditnote LIMIT 1)"
CASES: dict[str, list[Case]] = {
    "user_email_lower_case": [(User, {"email": "'A@example.com'"})],
    "company_number_patterns_count": [(Company, {f"{kind}_number_pattern": "'X-{year}'"}) for kind in NUMBERED_KINDS],
    "company_small_difference_positive": [(Company, {"small_difference_tolerance": "-0.01"})],
    "company_max_discount_percent_is_one": [(Company, {"max_discount_percent": "100.01"})],
    "company_paper_size_known": [(Company, {"paper_size": "'A5'"})],
    "company_accent_color_is_one": [(Company, {"accent_color": "'#12345'"}), (Company, {"accent_color": "'#ABCDEF'"})],
    "membership_role_known": [(Membership, {"role": "'king'"})],
    "membership_limited_in_sales_only": [(Membership, {"role": "'finance'", "own_records_only": "true"})],
    "documentsequence_positive": [(DocumentSequence, {"last_value": "0", "id": "1000000"})],
    "customer_has_name": [(Customer, {"name": "''"})],
    "customer_can_be_reached": [(Customer, {"email": "''", "phone": "''"})],
    "customer_type_known": [(Customer, {"type": "'robot'"})],
    "customer_status_known": [(Customer, {"status": "'gone'"})],
    "customer_einvoice_preference_known": [(Customer, {"einvoice_preference": "'none'"})],
    "customer_tin_check_of_numbers": [(Customer, {"tin_check": "'matches'", "tin_checked_at": "now()"})],
    "customer_identification_whole": [
        (Customer, {"identification_type": "'brn'"}),
        (Customer, {"identification_number": "'1'"}),
        (Customer, {"identification_type": "'dog'", "identification_number": "'1'"}),
    ],
    "customer_payment_terms_range": [(Customer, {"payment_terms": "366"})],
    "customer_credit_limit_positive": [(Customer, {"credit_limit": "-0.01"})],
    "customer_anonymised_is_empty": [(Customer, {"anonymised_at": "now()"})],
    "customer_merged_has_nothing": [(Customer, {"merged_into_id": "id", "status": "'active'"})],
    "contact_has_name": [(Contact, {"name": "''"})],
    "contact_receives_known": [(Contact, {"receives": "'{gifts}'"})],
    "receivableentry_kind_known": [(ReceivableEntry, {"kind": "'gift'"})],
    "receivableentry_sign": [
        (ReceivableEntry, {"kind": "'invoice'", "amount": "-1"}),
        (ReceivableEntry, {"kind": "'payment'", "amount": "1"}),
        (ReceivableEntry, {"kind": "'void'", "amount": "-1"}),
        (ReceivableEntry, {"kind": "'credit_note'", "amount": "1"}),
        (ReceivableEntry, {"kind": "'cancellation'", "amount": "1"}),
        (ReceivableEntry, {"kind": "'refund'", "amount": "-1"}),
        (ReceivableEntry, {"kind": "'refund_void'", "amount": "1"}),
        (ReceivableEntry, {"kind": "'write_off'", "amount": "1"}),
        (ReceivableEntry, {"kind": "'write_off_reversal'", "amount": "-1"}),
    ],
    "taxcode_has_code": [(TaxCode, {"code": "''"})],
    "taxcode_type_known": [(TaxCode, {"tax_type": "'07'"})],
    "taxrate_is_percentage": [(TaxRate, {"rate": "-0.1"}), (TaxRate, {"rate": "100.1"})],
    "item_has_code": [(Item, {"item_code": "''"})],
    "item_type_known": [(Item, {"type": "'idea'"})],
    "item_price_positive": [(Item, {"unit_price": "-0.01"})],
    "quote_dates_in_order": [(Quote, {"valid_until": "quote_date - 1"})],
    "salesorder_priority_known": [(SalesOrder, {"priority": "'asap'"})],
    "salesorderline_shipped_at_most_ordered": [
        (SalesOrderLine, {"shipped_quantity": "quantity + 0.000001"}),
        (SalesOrderLine, {"shipped_quantity": "-0.000001"}),
    ],
    "salesorderline_invoiced_at_most_ordered": [
        (SalesOrderLine, {"invoiced_quantity": "quantity + 0.000001"}),
        (SalesOrderLine, {"invoiced_quantity": "-0.000001"}),
    ],
    "salesorderline_no_service_is_shipped": [(SalesOrderLine, {"type": "'service'", "shipped_quantity": "quantity"})],
    "shipmentline_quantity_positive": [(ShipmentLine, {"quantity": "0"})],
    "quote_version_follows": [
        (Quote, {"version": "2"}),
        (Quote, {"version": "0"}),
        (Quote, {"supersedes_id": "id"}),
    ],
    "invoice_payment_reference_form": [(Invoice, {"payment_reference": f"'{text}'"}) for text in ("", "RF17", "INV")],
    "invoice_dates_in_order": [(Invoice, {"due_date": "invoice_date - 1"})],
    "invoice_never_overpaid": [
        (Invoice, {"status": "'sent'", "amount_paid": "total + 0.01"}),
        (Invoice, {"status": "'sent'", "amount_credited": "total + 0.01"}),
        (Invoice, {"status": "'sent'", "amount_paid": "total", "amount_credited": "0.01"}),
        (Invoice, {"status": "'sent'", "amount_paid": "-0.01"}),
        (Invoice, {"status": "'sent'", "amount_credited": "-0.01"}),
        (Invoice, {"status": "'sent'", "amount_written_off": "-0.01"}),
        (Invoice, {"status": "'sent'", "amount_paid": "total", "amount_written_off": "0.01"}),
    ],
    "invoice_paid_only_when_issued": [
        (Invoice, {"status": "'draft'", "amount_paid": "1"}),
        (Invoice, {"status": "'cancelled'", "amount_credited": "1"}),
        (Invoice, {"status": "'draft'", "amount_written_off": "1"}),
    ],
    "invoice_draft_not_issued": [(Invoice, {"status": "'draft'", "issued_at": "'2024-01-01Z'"})],
    "invoice_cancelled_with_reason_only": [
        (Invoice, {"cancel_reason": "'Why'"}),
        (Invoice, {"cancelled_at": "'2024-01-01Z'"}),
    ],
    "payment_exchange_rate_positive": [(Payment, {"exchange_rate": "0"})],
    "payment_never_overspent": [
        (Payment, {"amount_allocated": "amount + 0.01"}),
        (Payment, {"amount_refunded": "amount + 0.01"}),
        (Payment, {"amount_allocated": "amount", "amount_refunded": "0.01"}),
        (Payment, {"amount_allocated": "-0.01"}),
        (Payment, {"amount_refunded": "-0.01"}),
    ],
    "creditnote_never_overspent": [
        (CreditNote, {"amount_allocated": "total + 0.01"}),
        (CreditNote, {"amount_refunded": "total + 0.01"}),
        (CreditNote, {"amount_allocated": "-0.01"}),
        (CreditNote, {"amount_refunded": "-0.01"}),
    ],
    "creditnote_goodwill_has_reason": [(CreditNote, {"invoice_id": "NULL", "reason": "''"})],
    "allocation_of_one_source": [(Allocation, {"payment_id": "NULL"}), (Allocation, {"credit_note_id": A_NOTE})],
    "allocation_sign": [(Allocation, {"amount": "0"}), (Allocation, {"amount": "-1"})],
    "refund_of_one_source": [(Refund, {"payment_id": "NULL"}), (Refund, {"credit_note_id": A_NOTE})],
    "refund_amount_positive": [(Refund, {"amount": "0"})],
    "refund_method_known": [(Refund, {"payment_method": "'barter'"})],
    "refund_voided_with_day": [
        (Refund, {"void_reason": "'Why'"}),
        (Refund, {"void_date": "refund_date"}),
        (Refund, {"voided_at": "'2024-01-01Z'"}),
    ],
    "writeoff_amount_positive": [(WriteOff, {"amount": "0"})],
    "writeoff_kind_known": [(WriteOff, {"kind": "'mood'"})],
    "writeoff_reversed_with_day": [
        (WriteOff, {"reversal_reason": "'Why'"}),
        (WriteOff, {"reversal_date": "write_off_date"}),
        (WriteOff, {"reversed_at": "'2024-01-01Z'"}),
    ],
    "journalaccount_purpose_known": [(JournalAccount, {"purpose": "'luck'"})],
    "journalentry_kind_known": [(JournalEntry, {"kind": "'mood'"})],
    "journalentry_balanced": [
        (JournalEntry, {"credit": "credit + 1"}),
        (JournalEntry, {"debit": "-1", "credit": "-1"}),
    ],
    "payment_reason_of_void_only": [(Payment, {"void_reason": "'Why'"})],
    "payment_amount_positive": [(Payment, {"amount": "0"}), (Payment, {"amount": "-1"})],
    "reminderstep_days_in_range": [
        (ReminderStep, {"document": "'invoice'", "days": "366"}),
        (ReminderStep, {"document": "'quote'", "days": "1"}),
        (ReminderStep, {"document": "'receipt'"}),
    ],
    "reminder_of_one_document": [(Reminder, {"invoice_id": "NULL"})],
    "reminder_mailed_or_skipped": [
        (Reminder, {"skipped_because": "''"}),
        (Reminder, {"skipped_because": "'mood'"}),
    ],
    "bankaccount_has_name": [(BankAccount, {"name": "''"})],
    "bankstatement_adds_its_lines_at_most": [(BankStatement, {"added_count": "line_count + 1", "sha256": "'x'"})],
    # The match of a refund.
    "bankmatch_of_one_kind": [(BankMatch, {"refund_id": "NULL"})],
    "bankmatch_makes_payments_only": [(BankMatch, {"makes_payment": "TRUE"})],
    "bankmatch_by_hand_only_links": [(BankMatch, {"is_automatic": "TRUE"})],
    "bankmatch_undone_by_somebody": [(BankMatch, {"undone_by": "'x'"})],
    "bankupload_has_name": [(BankUpload, {"filename": "''"})],
    "banktransaction_moves_money": [(BankTransaction, {"amount": "0", "identity": "'x'"})],
    "banktransaction_status_known": [(BankTransaction, {"status": "'lost'", "identity": "'x'"})],
    "banktransaction_reason_of_ignored_only": [(BankTransaction, {"ignore_reason": "'Why'", "identity": "'x'"})],
    "payment_method_known": [(Payment, {"payment_method": "'barter'"})],
    **EINVOICE_CASES,
    **REPORT_CASES | BATCH_CASES,
}
for _document in (Quote, SalesOrder, Invoice, CreditNote):
    _name = _document.__name__.lower()
    if _document is not CreditNote:
        CASES[f"{_name}_status_known"] = [(_document, {"status": "'lost'"})]
    CASES[f"{_name}_total_adds_up"] = [(_document, {"total": "total + 0.01"})]
    CASES[f"{_name}_exchange_rate_positive"] = [(_document, {"exchange_rate": "0"})]
    CASES[f"{_name}_amounts_positive"] = [
        (_document, {"subtotal": "-1", "total": "total_tax - 1 + shipping_cost"}),
        (_document, {"total_tax": "-1", "total": "subtotal - 1 + shipping_cost"}),
        (_document, {"shipping_cost": "-1", "total": "subtotal + total_tax - 1"}),
        (_document, {"total_discount": "-1"}),
    ]
for _line in (QuoteLine, SalesOrderLine, InvoiceLine, CreditNoteLine):
    _name = _line.__name__.lower()
    CASES[f"{_name}_type_known"] = [(_line, {"type": "'idea'"})]
    CASES[f"{_name}_quantity_positive"] = [(_line, {"quantity": "0"}), (_line, {"unit_price": "-0.000001"})]
    CASES[f"{_name}_amounts_positive"] = [
        (_line, {column: "-0.01"}) for column in ("discount_amount", "line_total", "tax_amount")
    ]
    CASES[f"{_name}_percentages"] = [
        (_line, {column: value}) for column in ("discount_percent", "tax_rate") for value in ("-0.1", "100.1")
    ]


@pytest.fixture
def rows(actor: Actor) -> Iterator[None]:
    """A legal row in every table, drafts only where a guard would speak before the CHECK."""
    with company_scope(actor.company):
        customer = make_customer(actor)
        create_contact(actor, customer, ContactInput(name="Ali"))
        make_item(actor)
        reminded = make_invoice(actor, customer)
        Reminder.objects.create(
            company=actor.company, invoice=reminded, step=schedule_of(actor)[0], skipped_because="no_address"
        )
        invoice = make_invoice(actor, customer)
        payment = record_payment(actor, invoice, PaymentInput(amount=Decimal(101), excess="credit"))
        refund = refund_credit(actor, payment, RefundInput(amount=Decimal(1)))
        paid_back = make_bank_statement(actor, -1).transactions.get()
        make_saved_report(actor)
        make_batch(actor, customer)
        keep_upload(actor, paid_back.account, filename="a.csv", content=b"a")
        match_transaction(actor, paid_back, BankMatchInput(refund_id=refund.public_id))
        write_off_invoice(actor, make_invoice(actor, customer), WriteOffInput(kind="bank_charge", amount=Decimal(1)))
        post_journal(actor)
        make_einvoice_rows(make_invoice(actor, customer))
        update_journal_accounts(actor, {"bank": ("1", "Bank")})
        gift = make_invoice(actor, customer, [line(discount_percent=Decimal(100))])  # the guard lets its lines pass
        create_credit_note(actor, CreditNoteInput(invoice_id=gift.public_id))
        change_order_status(actor, make_order(actor, customer, [line("2")]), "shipped")
        for make in (make_quote, make_order, make_invoice):
            options = {} if make is make_quote else {"draft": True}
            make(actor, customer, [line("2", "10.00", tax_code="SST")], shipping_cost=Decimal("5.00"), **options)
        yield


def draft_of(model: type[models.Model]) -> str:
    """Which row to copy: a draft, or a line of one."""
    parents = {QuoteLine: Quote, SalesOrderLine: SalesOrder, InvoiceLine: Invoice}
    if model in (Quote, SalesOrder, Invoice):
        return "status = 'draft'"
    if model not in parents:
        return "TRUE"
    parent = parents[model]
    column = {Quote: "quote_id", SalesOrder: "order_id", Invoice: "invoice_id"}[parent]
    return f"{column} IN (SELECT id FROM {parent._meta.db_table} WHERE status = 'draft')"


def test_every_check_has_a_case() -> None:
    known = {
        constraint.name
        for label in ("tenancy", "numbering", "customers", "sales", "invoicing")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    assert known == CASES.keys()


@pytest.mark.usefixtures("rows")
def test_every_check_refuses_its_row() -> None:
    for name, cases in CASES.items():
        for model, changes in cases:
            with pytest.raises(IntegrityError, match=f'violates check constraint "{name}"'):
                copy_row(model, draft_of(model), **changes)
