"""How a customer buys and pays.  Amounts are in the customer's currency, over issued invoices less credit notes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.statements import fetch
from sales.lifecycle import ORDER_OPEN_STATES

TOP_PRODUCTS = 5

# Who sees a customer sees all its documents.
_NOW, _BEFORE = "day BETWEEN %(first)s AND %(today)s", "day BETWEEN %(first_before)s AND %(last_before)s"
_SALES = f"""
SELECT coalesce(sum(invoices), 0)::bigint AS count, coalesce(sum(invoiced - credited), 0) AS whole,
    coalesce(sum(invoiced - credited) FILTER (WHERE {_NOW}), 0) AS now,
    coalesce(sum(invoiced - credited) FILTER (WHERE {_BEFORE}), 0) AS before,
    coalesce(sum(paid), 0)::bigint AS paid, coalesce(sum(on_time), 0)::bigint AS on_time,
    coalesce(sum(paid_days), 0)::bigint AS days,
    coalesce(sum(paid) FILTER (WHERE {_NOW}), 0)::bigint AS paid_now,
    coalesce(sum(paid_days) FILTER (WHERE {_NOW}), 0)::bigint AS days_now,
    coalesce(sum(paid) FILTER (WHERE {_BEFORE}), 0)::bigint AS paid_before,
    coalesce(sum(paid_days) FILTER (WHERE {_BEFORE}), 0)::bigint AS days_before,
    coalesce(sum(invoices) FILTER (WHERE {_NOW}), 0)::bigint AS number_now,
    coalesce(sum(invoices) FILTER (WHERE {_BEFORE}), 0)::bigint AS number_before,
    min(day) FILTER (WHERE invoices > 0 AND {_NOW}) AS first_now,
    max(day) FILTER (WHERE invoices > 0 AND {_NOW}) AS last_now, max(day) FILTER (WHERE invoices > 0) AS last
FROM invoicing_customerday WHERE company_id = %(company)s AND customer_id = %(customer)s
"""  # noqa: S608 nothing but constants
_ORDERS = f"""
SELECT count(*) FILTER (WHERE {_NOW}) AS number_now, count(*) FILTER (WHERE {_BEFORE}) AS number_before,
    min(day) FILTER (WHERE {_NOW}) AS first_now, max(day) FILTER (WHERE {_NOW}) AS last_now, max(day) AS last
FROM (
    SELECT order_date AS day FROM sales_salesorder
    WHERE company_id = %(company)s AND customer_id = %(customer)s AND status = ANY (%(states)s)
) o
"""  # noqa: S608 nothing but constants
# All that are worth as much as the last of them are looked up.
_PRODUCTS = """
SELECT i.id, item_code, name, quantity, value FROM (
    SELECT item_id, quantity, value FROM invoicing_customeritem
    WHERE company_id = %(company)s AND customer_id = %(customer)s AND quantity > 0
    ORDER BY value DESC FETCH FIRST %(most)s ROWS WITH TIES
) best JOIN sales_item i ON i.company_id = %(company)s AND i.id = item_id
"""


@dataclass(frozen=True)
class Product:
    """What was bought of an item: quantity and value without tax, as invoiced less what was credited."""

    item_id: UUID
    item_code: str
    description: str
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True)
class CustomerSummary:
    """A customer's figures on the company's day."""

    total_sales: Decimal
    total_invoices: int
    average_order_value: Decimal
    current_balance: Decimal
    credit_utilization: Decimal | None
    on_time_payments: int
    late_payments: int
    average_payment_days: int | None
    last_order_date: date | None
    days_since_last_order: int | None
    order_frequency: str
    sales_growth: Decimal | None
    order_volume_growth: Decimal | None
    payment_days_improvement: Decimal | None
    top_products: list[Product]


def customer_summary(customer: Customer, company: Company, today: date) -> CustomerSummary:
    """The figures of a customer: three queries, however much there is."""
    year = timedelta(days=ratios.YEAR_DAYS)
    spans = {
        "today": today,
        "first": today - year + timedelta(days=1),
        "first_before": today - 2 * year + timedelta(days=1),
        "last_before": today - year,
    }
    (sold,) = fetch(_SALES, {}, company, customer=customer.pk, **spans)
    (orders,) = fetch(_ORDERS, {}, company, customer=customer.pk, **spans, states=list(ORDER_OPEN_STATES))
    # Where nothing was ever ordered, invoices are the orders.
    ordered = sold if orders["last"] is None else orders
    return CustomerSummary(
        total_sales=sold["whole"],
        total_invoices=sold["count"],
        average_order_value=quantize(sold["whole"] / sold["count"], customer.currency) if sold["count"] else ZERO,
        current_balance=customer.current_balance,
        credit_utilization=ratios.percentage(customer.current_balance, customer.credit_limit or 0),
        on_time_payments=sold["on_time"],
        late_payments=sold["paid"] - sold["on_time"],
        average_payment_days=_whole(ratios.mean(sold["days"], sold["paid"])),
        last_order_date=ordered["last"],
        days_since_last_order=None if ordered["last"] is None else max((today - ordered["last"]).days, 0),
        order_frequency=ratios.order_frequency(ordered["number_now"], ordered["first_now"], ordered["last_now"]),
        sales_growth=ratios.growth(sold["now"], sold["before"]),
        order_volume_growth=ratios.growth(ordered["number_now"], ordered["number_before"]),
        payment_days_improvement=ratios.difference(
            (sold["days_now"], sold["paid_now"]), (sold["days_before"], sold["paid_before"])
        ),
        top_products=_top_products(customer, company),
    )


def _top_products(customer: Customer, company: Company) -> list[Product]:
    rows: list[dict[str, Any]] = fetch(_PRODUCTS, {}, company, customer=customer.pk, most=TOP_PRODUCTS)
    products = [Product(*row.values()) for row in rows]
    return sorted(products, key=lambda product: (-product.value, product.item_code))[:TOP_PRODUCTS]


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)
