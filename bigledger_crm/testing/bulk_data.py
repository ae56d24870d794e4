"""Two hundred thousand customers and invoices and their like, straight into the tables: for plans and timings.

Books that add up are made by `invoicing.demo.bulk`, which this shares the filling of tables with; here each column has
whatever lists can be narrowed by.

Three quarters of the rows are the company's, the others a neighbour's.  Values spread as they do in life: rare ones in
every column that a list can be narrowed by, years of days, ties in amounts, holes where there may be some.
"""

from collections.abc import Mapping

from django.db import connection, models, transaction

from bigledger_crm.tenancy.base_models import OwnedRecord
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.testing import bulk_bank_rows, bulk_einvoice_rows
from bigledger_crm.testing.raw_sql import columns_of
from customers.models import Customer
from invoicing.demo.bulk.tables import insert_rows, strip_tables
from invoicing.models import CreditNote, Invoice, InvoiceLine, JournalEntry, Payment, Refund
from sales.models import Item, Quote, SalesOrder

BULK_ROWS: dict[type[models.Model], int] = {
    Customer: 200_000,
    Item: 20_000,
    Quote: 30_000,
    SalesOrder: 30_000,
    Invoice: 200_000,
    CreditNote: 20_000,
    Payment: 30_000,
    Refund: 20_000,
    JournalEntry: 30_000,
    **bulk_bank_rows.COUNTS,
    **bulk_einvoice_rows.COUNTS,
}
_NAME = (
    "(ARRAY['Acme','Borneo','Cahaya','Delima','Emas','Fajar','Gemilang','Indah'])[1 + chance(n, 1) % 8]"
    " || ' ' || (ARRAY['Trading','Supplies','Engineering','Foods','Motors','Textile'])[1 + chance(n, 2) % 6]"
    " || ' ' || substr(md5(n::text), 1, 6)"
)
_PARTY = {
    "customer_id": "buyer.id",
    "customer_name": "buyer.name",
    "currency": "buyer.currency",
    "exchange_rate": "1",
    "subtotal": "chance(n, 3) % 20000",
    "total": "chance(n, 3) % 20000",
    "reference": "'PO-' || substr(md5('po' || n), 1, 8)",
}
_ROWS: dict[type[models.Model], dict[str, str]] = {
    **bulk_bank_rows.ROWS,
    **bulk_einvoice_rows.ROWS,
    Customer: {
        "customer_number": "'CUST-' || lpad(n::text, 6, '0')",
        "name": _NAME,
        "name_sort": f"lower({_NAME})",
        "search_text": f"lower({_NAME} || ' cust-' || lpad(n::text, 6, '0'))",
        "email": "'c' || n || '@example.com'",
        "type": "CASE WHEN n % 1000 < 2 THEN 'individual' ELSE 'business' END",
        "status": "CASE WHEN n % 2000 < 4 THEN 'blocked' WHEN n % 10 = 0 THEN 'inactive' ELSE 'active' END",
        "currency": "CASE WHEN n % 5000 < 4 THEN 'JPY' WHEN n % 20 = 0 THEN 'USD' ELSE 'MYR' END",
        "credit_limit": "CASE WHEN chance(n, 4) % 2 = 0 THEN chance(n, 5) % 100 * 1000 END",
        "current_balance": "CASE WHEN chance(n, 6) % 10 < 3 THEN chance(n, 7) % 90000 ELSE 0 END",
        "total_sales": "chance(n, 8) % 400000",
        "tags": "CASE WHEN n % 1000 < 4 THEN '{retail,vip}'::text[] WHEN n % 3 = 0 THEN '{retail}' ELSE '{}' END",
    },
    Item: {
        "item_code": "'ITM-' || lpad(n::text, 6, '0')",
        "name": _NAME,
        "unit_price": "chance(n, 1) % 1000",
        "tax_code_id": "CASE WHEN n % 1000 < 4 THEN tax.id END",
        "is_active": "n % 500 >= 4",
        "search_text": f"lower('itm-' || lpad(n::text, 6, '0') || ' ' || {_NAME})",
    },
    Quote: {
        **_PARTY,
        "quote_number": "'QT-' || lpad(n::text, 6, '0')",
        "quote_date": "day",
        "valid_until": "day + 30",
        "status": "(ARRAY['converted','converted','accepted','sent','sent','draft','declined','cancelled'])"
        "[1 + chance(n, 9) % 8]",
        "search_text": "lower('qt-' || lpad(n::text, 6, '0') || ' po-' || substr(md5('po' || n), 1, 8) || buyer.name)",
    },
    SalesOrder: {
        **_PARTY,
        "order_number": "'SO-' || lpad(n::text, 6, '0')",
        "order_date": "day",
        "required_date": "CASE WHEN chance(n, 10) % 3 > 0 THEN day + (chance(n, 11) % 60)::int END",
        "status": "CASE WHEN n % 500 < 4 THEN 'draft' WHEN n % 400 < 4 THEN 'cancelled' "
        "WHEN n > 29000 THEN 'confirmed' WHEN n > 28000 THEN 'shipped' ELSE 'delivered' END",
        "priority": "CASE WHEN n % 1000 < 4 THEN 'urgent' WHEN n % 20 = 0 THEN 'high' WHEN n % 10 = 1 THEN 'low' "
        "ELSE 'normal' END",
        "search_text": "lower('so-' || lpad(n::text, 6, '0') || ' po-' || substr(md5('po' || n), 1, 8) || buyer.name)",
    },
    Invoice: {
        **_PARTY,
        "total": "chance(n, 3) % 20000 + 1",
        "subtotal": "chance(n, 3) % 20000 + 1",
        "invoice_number": "'INV-' || lpad(n::text, 6, '0')",
        "payment_reference": "'RF00INV' || lpad(n::text, 6, '0')",
        "invoice_date": "day",
        "due_date": "day + 30",
        "status": "CASE WHEN n % 500 < 4 THEN 'draft' WHEN n % 400 < 4 THEN 'cancelled' ELSE 'sent' END",
        "amount_paid": "CASE WHEN n % 500 < 4 OR n % 400 < 4 THEN 0 WHEN n < 195000 AND chance(n, 12) % 50 > 0 "
        "THEN chance(n, 3) % 20000 + 1 WHEN n % 3 = 0 THEN 1 ELSE 0 END",
        "last_payment_date": "CASE WHEN n % 500 < 4 OR n % 400 < 4 THEN NULL "
        "WHEN n < 195000 AND chance(n, 12) % 50 > 0 OR n % 3 = 0 THEN day + (chance(n, 14) % 60)::int END",
        "search_text": "lower('inv-' || lpad(n::text, 6, '0') || ' po-' || substr(md5('po' || n), 1, 8) || buyer.name)",
    },
    CreditNote: {
        **_PARTY,
        "invoice_id": "bill.id",
        "customer_id": "bill.customer_id",
        "customer_name": "bill.customer_name",
        "currency": "bill.currency",
        "credit_note_number": "'CN-' || lpad(n::text, 6, '0')",
        "credit_note_date": "day",
        "search_text": "'cn-' || lpad(n::text, 6, '0') || ' ' || bill.search_text",
    },
    Payment: {
        "invoice_id": "bill.id",
        "customer_id": "bill.customer_id",
        "currency": "bill.currency",
        "exchange_rate": "1",
        "amount": "chance(n, 1) % 20000 + 1",
        "payment_date": "day",
        "payment_method": "CASE WHEN n % 1000 < 4 THEN 'cheque' ELSE 'bank_transfer' END",
        "reference": "'TXN-' || substr(md5('txn' || n), 1, 8)",
        "search_text": "'txn-' || substr(md5('txn' || n), 1, 8)",
        "voided_at": "CASE WHEN n % 500 < 4 THEN moment END",
    },
    Refund: {
        "credit_note_id": "note.id",
        "amount": "1",
        "base_amount": "1",
        "refund_date": "day",
        "payment_method": "'cash'",
    },
    JournalEntry: {
        "kind": "'payment'",
        "document_id": "gen_random_uuid()",
        "document_number": "'INV-' || lpad(n::text, 6, '0')",
        "customer_id": "buyer.id",
        "entry_date": "day",
        "currency": "'MYR'",
        "debit": "1",
        "credit": "1",
        "lines": '\'[{"code": "1", "name": "A", "text": "", "debit": 1, "credit": 1, "currencyAmount": 1}]\'',
    },
    InvoiceLine: {
        "invoice_id": "bill.id",
        "item_id": "thing.id",
        "item_code": "thing.item_code",
        "position": "1 + (n / 4) % 2",
        "description": "thing.name",
        "quantity": "1 + chance(n, 16) % 9",
        "unit_price": "chance(n, 17) % 1000",
        "line_total": "chance(n, 18) % 9000",
    },
}
# To whom row n belongs: a row of the same quarter, so of the same company.
_BUYER = (
    "JOIN customers_customer buyer ON buyer.customer_number = "
    "'CUST-' || lpad((n % 4 + 4 * (chance(n, 13) % 50000))::text, 6, '0')"
)
_BILL = "JOIN invoicing_invoice bill ON bill.invoice_number = 'INV-' || lpad((n * 4 + n % 4)::text, 6, '0')"
_JOINS: dict[type[models.Model], str] = {
    **bulk_bank_rows.JOINS,
    **bulk_einvoice_rows.JOINS,
    Item: "LEFT JOIN sales_taxcode tax ON tax.company_id = owner AND tax.code = 'SST-S'",
    Quote: _BUYER,
    SalesOrder: _BUYER,
    Invoice: _BUYER,
    CreditNote: _BILL,
    Payment: _BILL,
    JournalEntry: _BUYER,
    Refund: "JOIN invoicing_creditnote note ON note.credit_note_number = 'CN-' || lpad(n::text, 6, '0')",
    InvoiceLine: (  # two of each invoice, of items of the same quarter
        "JOIN invoicing_invoice bill ON bill.invoice_number = 'INV-' || lpad((n / 8 * 4 + n % 4)::text, 6, '0') "
        "JOIN sales_item thing ON thing.item_code = 'ITM-' || lpad((n % 4 + 4 * (chance(n, 15) % 5000))::text, 6, '0')"
    ),
}


def sellers_of(company: Company) -> list[User]:
    """Who owns the company's customers and documents: the first owns few."""
    return list(User.objects.filter(memberships__company=company, email__startswith="seller-").order_by("email"))


# A third of the company's records is nobody's.
_OWNER = (
    "CASE WHEN owner = '{company}'::uuid AND n % 3 > 0 THEN "
    "('{sellers}'::uuid[])[CASE WHEN n % 500 < 4 THEN 1 ELSE 2 + chance(n, 19) % 4 END] END"
)


def fill(company: Company, neighbour: Company) -> None:
    """Adds the bulk rows to both companies, which have nothing yet, and lets the planner and the visibility map see it.

    Raises RuntimeError when something keeps the map from seeing it.
    """
    for number in range(5):
        person = User.objects.create_user(f"seller-{number}-{company.public_id}@example.com")
        Membership.objects.create(company=company, user=person, role="sales")
    _fill(BULK_ROWS, company, neighbour)


def fill_lines(company: Company, neighbour: Company) -> None:
    """Adds two lines to each invoice of the bulk rows."""
    _fill({InvoiceLine: 2 * BULK_ROWS[Invoice]}, company, neighbour)


def _fill(counts: Mapping[type[models.Model], int], company: Company, neighbour: Company) -> None:
    with connection.cursor() as cursor:
        # The visibility map leaves out rows whose commit isn't on the disk yet, and tests don't wait for disks.
        cursor.execute("SET synchronous_commit = on")
        for model in counts:  # one that analyzes meanwhile would keep rows from counting as visible to all
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" SET (autovacuum_enabled = off)')
        with transaction.atomic():
            stripped = strip_tables(counts)
            for model, count in counts.items():
                _insert(model, count, company, neighbour)
                for statement in stripped.indexes[model]:
                    cursor.execute(statement)
            for statement in stripped.references:
                cursor.execute(statement)
        for model in counts:
            cursor.execute(f'VACUUM ANALYZE "{model._meta.db_table}"')
        cursor.execute("RESET synchronous_commit")
        tables = [model._meta.db_table for model in counts]
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relallvisible < relpages * 0.9", [tables]
        )
        if hidden := [name for (name,) in cursor.fetchall()]:
            raise RuntimeError(f"Rows of {hidden} aren't visible to all: plans would differ from those of real life")


def _insert(model: type[models.Model], count: int, company: Company, neighbour: Company) -> None:
    columns = {"company_id": "owner", "created_at": "moment", "updated_at": "moment", **_ROWS[model]}
    if issubclass(model, OwnedRecord):
        columns["owner_id"] = _OWNER
    columns["id"] = "(lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7' || "
    columns["id"] += "substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid"
    rows = (
        "(SELECT n, CASE WHEN n % 4 = 0 THEN '{neighbour}'::uuid ELSE '{company}'::uuid END AS owner, "
        "timestamptz '2020-01-01 00:00Z' + n * interval '6 years' / {count} AS moment, "
        "date '2020-01-01' + (n * 2190 / {count})::int AS day FROM generate_series(0::bigint, {count} - 1) n"
        f") numbered {_JOINS.get(model, '')}"
    )
    sellers = f"{{{','.join(str(person.pk) for person in sellers_of(company))}}}"
    places = {"neighbour": neighbour.pk, "company": company.pk, "count": count, "sellers": sellers}

    def filled(text: str) -> str:
        for name, value in places.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text.replace("chance(", "pg_temp.chance(")

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION pg_temp.chance(n bigint, k int) RETURNS bigint LANGUAGE sql IMMUTABLE AS "
            "'SELECT hashint8(n * 1000003 + k)::bigint & 2147483647'"
        )
    known = columns_of(model)
    insert_rows(model, {name: filled(columns[name]) for name in columns if name in known}, filled(rows))
