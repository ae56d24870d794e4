"""Customers, items, quotes, orders, shipments and invoices."""

from bigledger_crm.numbering.models import AssignedNumber
from customers.models import Customer
from invoicing.demo.bulk import lines, plan
from invoicing.demo.bulk.steps import Step, rows, table
from invoicing.models import Invoice, InvoiceLine
from sales.models import Item, Quote, QuoteLine, SalesOrder, SalesOrderLine, Shipment, ShipmentLine

_BY = {"company_id": "%(company)s", "created_by": "'system'", "created_at": "d.moment", "updated_at": "d.moment"}
ADDRESS = (
    "jsonb_build_object('street', 1 + mod(d.customer, 200) || ' Jalan Merdeka', "
    "'city', CASE d.country WHEN 'MY' THEN 'Kota Kinabalu' WHEN 'US' THEN 'Seattle' ELSE 'Osaka' END, "
    "'country', d.country)"
)
EMAIL = "'customer-' || d.customer || '@example.com'"
PARTY = {
    **_BY,
    "id": "d.id",
    "customer_id": "d.customer_id",
    "customer_name": "d.customer_name",
    "customer_email": EMAIL,
    "billing_address": ADDRESS,
    "currency": "d.currency",
    "exchange_rate": "d.exchange_rate",
    "search_text": "lower(d.number || ' ' || d.customer_name)",
}
_TOTALS = {
    "subtotal": "subtotal",
    "total_discount": "total_discount",
    "total_tax": "total_tax",
    "total": "subtotal + total_tax",
    "owner_id": "d.owner_id",
}
_SLICE = "d.n BETWEEN %(from)s AND %(to)s"
_TERMS = "n, seed, '' AS part, id, moment, decimals, usual_rate"


def _index(name: str) -> Step:
    """By the number of the invoice, and with statistics for plans."""
    return table("", f"CREATE INDEX ON {name} (n); ANALYZE {name}")


def assigned(kind: str, source: str, k: int) -> list[Step]:
    """The numbers of a kind in their register, and its counters."""
    values = {
        "id": f"pg_temp.key(d.moment, {k}, d.n)",
        "company_id": "%(company)s",
        "kind": f"'{kind}'",
        **{name: f"d.{name}" for name in ("year", "month", "value", "number")},
    }
    counters = f"""
        INSERT INTO numbering_documentsequence (company_id, kind, year, month, last_value)
        SELECT %(company)s, '{kind}', year, month, max(value) FROM {source} GROUP BY 3, 4
    """
    return [rows("numbers", AssignedNumber, values, f"{source} d", sliced=False), table("numbers", counters)]


# Who buys and what is sold; customers themselves come last, with what they owe.
PLAN = [
    table("customers", plan.CUSTOMERS),
    table("items", plan.ITEMS),
    table("invoices", plan.INVOICES),
    table("orders", plan.ORDERS),
    table("quotes", plan.QUOTES),
    *(_index(name) for name in ("bulk_customer", "bulk_item", "bulk_plan", "bulk_order", "bulk_quote")),
]

_ITEM = {
    "id": "d.id",
    "company_id": "%(company)s",
    "item_code": "d.code",
    "name": "d.name",
    "unit": "CASE d.type WHEN 'goods' THEN 'pcs' ELSE 'hours' END",
    "type": "d.type",
    "unit_price": "d.price",
    "tax_code_id": "d.tax_code_id",
    "search_text": "lower(d.code || ' ' || d.name)",
    "created_at": "d.moment",
    "updated_at": "d.moment",
}
_QUOTE = {
    **PARTY,
    **_TOTALS,
    "quote_number": "d.number",
    "quote_date": "d.day",
    "valid_until": "d.day + 30",
    "status": "d.status",
    "sent_at": "d.moment",
    "accepted_at": "CASE WHEN d.status IN ('accepted', 'converted') THEN pg_temp.at(d.order_day, 9) END",
    "converted_at": "CASE d.status WHEN 'converted' THEN pg_temp.at(d.order_day, 10) END",
    "declined_at": "CASE d.status WHEN 'declined' THEN pg_temp.at(d.order_day, 9) END",
    "decline_reason": "CASE d.status WHEN 'declined' THEN (ARRAY['Too expensive', 'Bought elsewhere', "
    "'No budget this year', 'Delivery takes too long'])[1 + (pg_temp.chance(d.n, 43) & 3)] ELSE '' END",
    "cancelled_at": "CASE d.status WHEN 'cancelled' THEN pg_temp.at(d.order_day, 9) END",
    "cancel_reason": "CASE d.status WHEN 'cancelled' THEN 'Entered twice' ELSE '' END",
}
_ORDER = {
    **PARTY,
    **_TOTALS,
    "order_number": "d.number",
    "quote_id": "q.id",
    "order_date": "d.day",
    "required_date": "d.day + 10",
    "status": "d.status",
}
# The second half of an order may not be billed yet.
_BILLED = "CASE WHEN l.is_first AND l.n = %(invoices)s THEN quantity / 2 ELSE quantity END"
_ORDER_LINE = {
    **lines.values("order_id"),
    "shipped_quantity": "CASE WHEN l.status = 'delivered' AND l.type = 'goods' THEN quantity ELSE 0 END",
    "invoiced_quantity": _BILLED,
}
_SHIPMENT = {
    "id": "pg_temp.key(pg_temp.at(d.invoice_day, 8), 6, d.n)",
    "company_id": "%(company)s",
    "order_id": "d.id",
    "shipped_on": "d.invoice_day",
    "created_by": "'system'",
    "created_at": "pg_temp.at(d.invoice_day, 8)",
}
_SHIPMENT_LINE = {
    "id": "pg_temp.key(pg_temp.at(d.invoice_day, 8), 7, d.n * 8 + l.position)",
    "company_id": "%(company)s",
    "shipment_id": _SHIPMENT["id"],
    "order_line_id": "l.id",
    "quantity": "l.quantity",
}
_INVOICE_LINE = {
    **lines.values("invoice_id"),
    "order_line_id": "CASE WHEN l.order_id IS NULL THEN NULL "
    "ELSE pg_temp.key(l.order_moment, 14, l.order_n * 8 + l.position) END",
    "billed_ranges": "CASE WHEN l.order_id IS NULL THEN '[]'::jsonb "
    "ELSE jsonb_build_array(jsonb_build_array(trim_scale(start)::text, trim_scale(stop)::text)) END",
}
_BILLS = """(
    SELECT p.n, p.seed, p.part, p.id, p.moment, p.decimals, p.usual_rate, o.id AS order_id, o.moment AS order_moment,
        o.n AS order_n
    FROM bulk_plan p LEFT JOIN bulk_order o ON o.n = p.seed
)"""
OFFERS = [
    rows("items", Item, _ITEM, "bulk_item d", sliced=False),
    rows("quote lines", QuoteLine, lines.values("quote_id"), lines.lines_of(f"(SELECT {_TERMS} FROM bulk_quote)", 15)),
    rows(
        "quotes",
        Quote,
        _QUOTE,
        f"bulk_quote d {lines.totals('sales_quoteline', 'quote_id', 'd.id')} WHERE {_SLICE}",
    ),
    rows(
        "order lines",
        SalesOrderLine,
        _ORDER_LINE,
        lines.lines_of(f"(SELECT {_TERMS}, status, part = 'first' AS is_first FROM bulk_order)", 14),
    ),
    rows("shipments", Shipment, _SHIPMENT, f"bulk_order d WHERE d.status = 'delivered' AND {_SLICE}"),
    rows(
        "shipped lines",
        ShipmentLine,
        _SHIPMENT_LINE,
        "bulk_order d JOIN sales_salesorderline l ON l.company_id = %(company)s AND l.order_id = d.id "
        f"AND l.type = 'goods' WHERE d.status = 'delivered' AND {_SLICE}",
    ),
    rows("invoice lines", InvoiceLine, _INVOICE_LINE, lines.lines_of(_BILLS, 13)),
]
_INVOICE = {
    **PARTY,
    **_TOTALS,
    "shipping_cost": "d.shipping",
    "total": "d.total",
    "invoice_number": "d.number",
    "payment_reference": "d.payment_reference",
    "order_id": "o.id",
    "invoice_date": "d.day",
    "due_date": "d.due_date",
    "status": "d.status",
    "issued_at": "CASE WHEN d.status <> 'draft' THEN d.moment END",
    "amount_paid": "d.paid_1 + d.paid_2",
    "amount_credited": "d.credit",
    "last_payment_date": "CASE WHEN d.paid_2 > 0 THEN d.pay_day_2 WHEN d.paid_1 > 0 THEN d.pay_day_1 END",
    "cancelled_at": "CASE d.status WHEN 'cancelled' THEN pg_temp.at(d.day + 3, 15) END",
    "cancel_reason": "CASE d.status WHEN 'cancelled' THEN 'Wrong customer' ELSE '' END",
    "tags": "CASE WHEN mod(d.customer, 3) = 0 THEN '{retail}'::text[] WHEN mod(d.customer, 7) = 0 "
    "THEN '{project,export}'::text[] ELSE '{}' END",
    "search_text": "lower(d.number || ' ' || d.payment_reference || ' ' || d.customer_name)",
}
_ISSUED_OF_ORDER = (
    "CROSS JOIN LATERAL (SELECT sum(i.total) AS issued FROM bulk_invoice i "
    "WHERE i.n BETWEEN d.n AND d.n + 1 AND i.seed = d.n) billed"
)
_QUOTE_OF_ORDER = "LEFT JOIN bulk_quote q ON q.n = d.n AND d.is_quoted"
# After `bulk_invoice` is there.
DOCUMENTS = [
    rows(
        "orders",
        SalesOrder,
        {**_ORDER, "issued_total": "issued"},
        f"bulk_order d {_QUOTE_OF_ORDER} {lines.totals('sales_salesorderline', 'order_id', 'd.id')} "
        f"{_ISSUED_OF_ORDER} WHERE {_SLICE}",
    ),
    rows("invoices", Invoice, _INVOICE, f"bulk_invoice d LEFT JOIN bulk_order o ON o.n = d.seed WHERE {_SLICE}"),
]
_CUSTOMER = {
    **_BY,
    "id": "d.id",
    "customer_number": "d.number",
    "name": "d.name",
    "name_sort": "lower(d.name)",
    "search_text": "lower(d.name || ' ' || d.number)",
    "email": "'customer-' || d.n || '@example.com'",
    "address": ADDRESS.replace("d.customer", "d.n"),
    "currency": "d.currency",
    "payment_terms": "d.terms",
    "credit_limit": "CASE WHEN pg_temp.chance(d.n, 3) & 3 = 0 THEN 1000000000 END",
    "current_balance": "coalesce(ledger.balance, 0)",
    "total_sales": "coalesce(ledger.sales, 0)",
    "last_sale_date": "sold.last_day",
    "tags": "CASE WHEN mod(d.n, 3) = 0 THEN '{retail}'::text[] ELSE '{}' END",
    "owner_id": "d.owner_id",
}
CUSTOMERS = [
    rows(
        "customers",
        Customer,
        _CUSTOMER,
        """bulk_customer d LEFT JOIN (
            SELECT customer_id, sum(amount) AS balance, sum(sales_amount) AS sales
            FROM customers_receivableentry WHERE company_id = %(company)s GROUP BY 1
        ) ledger ON ledger.customer_id = d.id LEFT JOIN (
            SELECT customer_id, max(day) AS last_day FROM bulk_invoice WHERE status = 'sent' GROUP BY 1
        ) sold ON sold.customer_id = d.id""",
        sliced=False,
    ),
]
