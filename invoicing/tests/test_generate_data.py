"""A company of any size from one command: its books are right, and it looks as if it had been sold."""

import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_invoice
from customers.models import Customer
from invoicing.demo.bulk import TABLES, generate_data
from invoicing.demo.bulk.plan import FUNCTIONS
from invoicing.integrity import check_integrity
from invoicing.models import Allocation, CreditNote, Invoice, InvoiceLine, JournalEntry
from invoicing.queries.journal import allocations_to_post, entries_to_post
from invoicing.rules.payment_references import reference_of_number
from invoicing.services.credit_note_pdf import credit_note_context
from invoicing.services.invoice_pdf import invoice_context, render_invoice_pdf
from sales.models import Quote, SalesOrder
from sales.services import open_company

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def _generated(seed: int = 1, invoices: int = 800) -> Company:
    company = open_company("Generated")
    generate_data(company, customers=60, invoices=invoices, seed=seed)
    return company


def _schema() -> list[tuple[Any, ...]]:
    """Constraints, indexes and triggers of the tables that are filled."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid::regclass::text = ANY(%(tables)s) UNION ALL "
            "SELECT indrelid::regclass::text, '', pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid::regclass::text = ANY(%(tables)s) UNION ALL "
            "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger "
            "WHERE tgrelid::regclass::text = ANY(%(tables)s) AND NOT tgisinternal ORDER BY 1, 2, 3",
            {"tables": [model._meta.db_table for model in TABLES]},
        )
        return list(cursor.fetchall())


def test_the_books_of_generated_companies_are_right() -> None:
    before = _schema()
    first, second = _generated(), _generated()
    assert check_integrity() == []
    assert _schema() == before
    for company in (first, second):
        with company_scope(company):
            assert not entries_to_post(None).exists()
            assert not allocations_to_post(None).exists()


def test_every_kind_of_sale_is_there() -> None:
    company = _generated()
    with company_scope(company):
        assert Customer.objects.count() == 60
        assert Invoice.objects.count() == 800
        assert InvoiceLine.objects.count() == 4000
        assert {*Invoice.objects.values_list("stage", flat=True)} >= {"open", "paid", "cancelled"}
        assert {*Quote.objects.values_list("status", flat=True)} >= {"converted", "declined", "sent"}
        assert SalesOrder.objects.annotate(bills=Count("invoices")).filter(bills=2).exists()
        assert CreditNote.objects.exists()
        assert Allocation.objects.exclude(realized_gain_loss=0).exists()
        assert {*Invoice.objects.values_list("currency", flat=True)} >= {"MYR", "USD"}
        per_customer = Invoice.objects.values("customer").annotate(bills=Count("pk")).order_by("-bills")
        counts = [row["bills"] for row in per_customer]
        assert sum(counts[:12]) > 320  # a fifth of the customers
        assert Invoice.objects.filter(customer__customer_number="CUST-0001").count() == 16  # one in fifty
        assert not Invoice.objects.filter(invoice_date__week_day__in=(1, 7)).exists()


def test_the_same_seed_makes_the_same_sales() -> None:
    facts = []
    for seed in (1, 1, 2):
        with company_scope(_generated(seed, 200)):
            facts.append(list(Invoice.objects.order_by("number_sort").values_list("invoice_number", "total", "stage")))
    assert facts[0] == facts[1] != facts[2]


def test_frozen_documents_say_what_the_product_would_print() -> None:
    company = _generated()
    actor = system_actor(company)
    with company_scope(company):
        kinds: tuple[tuple[str, QuerySet[Any], Callable[[Actor, Any], dict[str, Any]]], ...] = (
            ("invoice", Invoice.objects.filter(status="sent", order=None), invoice_context),
            ("credit_note", CreditNote.objects.all(), credit_note_context),
        )
        for kind, documents, context_of in kinds:
            for document in documents.select_related("customer")[:40]:
                stored = StoredDocument.objects.get(kind=kind, document_id=document.pk).context
                expected = json.loads(json.dumps(context_of(actor, document)))
                differing = {name for name in expected | stored if expected.get(name) != stored.get(name)}
                # Left out there are amounts before a discount of nothing, and here the day of a credited invoice.
                assert differing <= {"list_price", "discount", "language", "dates"}, document
        invoice = Invoice.objects.filter(status="sent").first()
        assert invoice is not None
        assert invoice.payment_reference == reference_of_number(invoice.invoice_number)
        assert render_invoice_pdf(actor, invoice).content.startswith(b"%PDF")


def test_keys_of_one_moment_differ() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.format(salt=1, number=1, zone="UTC", now="2026-01-01"))
        cursor.execute(
            "SELECT count(DISTINCT pg_temp.key(now(), 3, n)), "
            "count(DISTINCT pg_temp.named_key(now(), 27, 'of ' || n)) "
            "FROM generate_series(1::bigint, 300000) n"
        )
        assert cursor.fetchone() == (300_000, 300_000)


def test_numbers_go_on_where_generated_ones_end() -> None:
    company = _generated()
    with company_scope(company):
        make_invoice(system_actor(company), Customer.objects.order_by("number_sort")[0])
    assert check_integrity(company) == []


def test_the_command_opens_a_company() -> None:
    out = StringIO()
    call_command("generate_data", customers=20, invoices=100, company="Tried", stdout=out)
    company = Company.objects.get(name="Tried")
    assert company.public_id in out.getvalue()
    assert check_integrity(company) == []
    with company_scope(company):
        assert JournalEntry.objects.aggregate(sum=Sum("debit"))["sum"] > 0


@pytest.mark.parametrize(("customers", "invoices"), [(1, 100), (20, 5)])
def test_sizes_have_limits(customers: int, invoices: int) -> None:
    with pytest.raises(CommandError):
        call_command("generate_data", customers=customers, invoices=invoices)
    assert not Company.objects.exists()
