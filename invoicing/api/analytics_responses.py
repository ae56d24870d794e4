"""Analytics as they are in JSON."""

from decimal import Decimal
from typing import Literal, cast

from bigledger_crm.api.responses import ApiStruct, amount, percent, quantity
from bigledger_crm.kernel import ids
from customers.models import Customer
from invoicing.analytics.funnel import Funnel, Group
from invoicing.analytics.summary import CustomerSummary
from sales.models import Item

Frequency = Literal["weekly", "biweekly", "monthly", "quarterly", "biannual", "yearly", "none"]
StageName = Literal["quoted", "sent", "accepted", "ordered", "invoiced", "paid"]


class PaymentHistory(ApiStruct):
    """How a customer paid the invoices that are paid in full."""

    on_time_payments: int
    late_payments: int
    average_payment_days: int | None


class SummaryFigures(ApiStruct):
    """A customer's figures, in the customer's currency."""

    total_sales: Decimal
    total_invoices: int
    average_order_value: Decimal
    current_balance: Decimal
    credit_utilization: Decimal | None
    payment_history: PaymentHistory
    last_order_date: str | None
    days_since_last_order: int | None
    order_frequency: Frequency


class SummaryTrends(ApiStruct):
    """The last 365 days against the 365 before."""

    sales_growth: Decimal | None
    order_volume_growth: Decimal | None
    payment_days_improvement: Decimal | None


class TopProduct(ApiStruct):
    """What a customer bought of an item."""

    item_id: str
    item_code: str
    description: str
    quantity_ordered: Decimal
    total_value: Decimal


class CustomerSummaryObject(ApiStruct):
    """How a customer buys and pays."""

    customer_id: str
    summary: SummaryFigures
    trends: SummaryTrends
    top_products: list[TopProduct]


class FunnelPeriod(ApiStruct):
    """The days of the quotes."""

    date_from: str
    date_to: str


class FunnelStage(ApiStruct):
    """The quotes that came so far."""

    stage: StageName
    count: int
    value: Decimal
    conversion_from_previous: Decimal | None
    conversion_from_start: Decimal | None
    median_days_from_previous: Decimal | None


class FunnelGroup(ApiStruct):
    """So many documents, and what they come to."""

    count: int
    value: Decimal


class FunnelLost(ApiStruct):
    """The quotes that came to nothing."""

    declined: FunnelGroup
    expired: FunnelGroup
    cancelled: FunnelGroup


class FunnelDirect(ApiStruct):
    """What was sold without a quote."""

    orders: FunnelGroup
    invoices: FunnelGroup


class FunnelObject(ApiStruct):
    """What became of the quotes of a time; values in the company's currency."""

    period: FunnelPeriod
    currency: str
    stages: list[FunnelStage]
    lost: FunnelLost
    win_rate: Decimal | None
    average_days_to_close: Decimal | None
    open_pipeline_value: Decimal
    direct: FunnelDirect


def summary_object(customer: Customer, made: CustomerSummary) -> CustomerSummaryObject:
    """A customer's summary."""
    currency = customer.currency
    return CustomerSummaryObject(
        customer_id=customer.public_id,
        summary=SummaryFigures(
            total_sales=amount(made.total_sales, currency),
            total_invoices=made.total_invoices,
            average_order_value=amount(made.average_order_value, currency),
            current_balance=amount(made.current_balance, currency),
            credit_utilization=_percent(made.credit_utilization),
            payment_history=PaymentHistory(
                on_time_payments=made.on_time_payments,
                late_payments=made.late_payments,
                average_payment_days=made.average_payment_days,
            ),
            last_order_date=made.last_order_date.isoformat() if made.last_order_date else None,
            days_since_last_order=made.days_since_last_order,
            order_frequency=cast("Frequency", made.order_frequency),
        ),
        trends=SummaryTrends(
            sales_growth=_percent(made.sales_growth),
            order_volume_growth=_percent(made.order_volume_growth),
            payment_days_improvement=_percent(made.payment_days_improvement),
        ),
        top_products=[
            TopProduct(
                item_id=ids.encode(Item.PREFIX, product.item_id),
                item_code=product.item_code,
                description=product.description,
                quantity_ordered=quantity(product.quantity),
                total_value=amount(product.value, currency),
            )
            for product in made.top_products
        ],
    )


def funnel_object(made: Funnel) -> FunnelObject:
    """A funnel."""
    currency = made.currency

    def group(part: Group) -> FunnelGroup:
        return FunnelGroup(count=part.count, value=amount(part.value, currency))

    return FunnelObject(
        period=FunnelPeriod(date_from=made.first.isoformat(), date_to=made.last.isoformat()),
        currency=currency,
        stages=[
            FunnelStage(
                stage=cast("StageName", stage.stage),
                count=stage.count,
                value=amount(stage.value, currency),
                conversion_from_previous=_percent(stage.conversion_from_previous),
                conversion_from_start=_percent(stage.conversion_from_start),
                median_days_from_previous=_percent(stage.median_days_from_previous),
            )
            for stage in made.stages
        ],
        lost=FunnelLost(**{name: group(part) for name, part in made.lost.items()}),
        win_rate=_percent(made.win_rate),
        average_days_to_close=_percent(made.average_days_to_close),
        open_pipeline_value=amount(made.open_pipeline_value, currency),
        direct=FunnelDirect(orders=group(made.direct_orders), invoices=group(made.direct_invoices)),
    )


def _percent(value: Decimal | None) -> Decimal | None:
    return None if value is None else percent(value)
