"""How each published endpoint is asked, and what it must answer: an endpoint without an entry here fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tests.contract.published.comparing import EXACT, SHAPE, TYPES, Manner
from bigledger_crm.tests.contract.published.environment import Environment, Object

Traces = Callable[[Environment, Object], Mapping[str, Any]]


def _nowhere(environment: Environment, answer: Object) -> Mapping[str, Any]:
    return {}


def _nothing(environment: Environment) -> None:
    return None


@dataclass(frozen=True)
class Scenario:
    """An endpoint's part.

    `objects` are what stands in its path, `gives` is the published object of its answer (without: it shows one itself),
    `row` is what a list must show, `filters` have for each parameter a value that finds that row and one that doesn't,
    and `traces` tell where fields of the request went that the answer doesn't show.
    """

    status: int = 200
    objects: tuple[str, ...] = ()
    gives: str = ""
    manner: Manner = EXACT
    row: str = ""
    filters: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    before: Callable[[Environment], Any] = _nothing
    traces: Traces = _nowhere
    day: str = "2024-01-15"


def _email(environment: Environment, answer: Object) -> Mapping[str, Any]:
    """What an email was told, from the email itself."""
    company = Company.objects.get()
    with company_scope(company):
        email = OutboxEmail.objects.select_related("stored_document").latest("created_at", "id")
    (message,) = {line for line in email.body.splitlines() if line.startswith("Please find attached")}
    delivery = {name: answer["delivery"][name] for name in ("to", "cc", "subject")}
    return {**delivery, "message": message, "attachPDF": email.stored_document is not None}


def _note(environment: Environment, answer: Object) -> Mapping[str, Any]:
    return {"notes": answer["statusHistory"][-1]["notes"]}


def _part(environment: Environment, answer: Object) -> Mapping[str, Any]:
    line = environment.order["items"][0]["id"]
    return {"partialItems": [{"itemId": line, "quantity": row["quantity"]} for row in answer["items"]]}


def _days(name: str, day: str, *, month: str = "2024-03") -> dict[str, tuple[str, str]]:
    """The filters of a range of days: the row's own day finds it from both sides."""
    return {f"{name}From": (day, f"{month}-31"), f"{name}To": (day, "2023-02-31")}


def _another(path: str, kind: str, **changes: Any) -> Callable[[Environment], Any]:
    """Makes a second one, so that the list has more than one page of one row."""
    return lambda environment: environment.make(path, kind, **changes)


def _trade_and_another(environment: Environment) -> None:
    environment.trade()
    environment.make("/customers", "Customer", customerNumber="CUST-0002", tags=[], status="blocked")


_CUSTOMERS = {
    "search": ("acmé", "nobody"),
    "status": ("active", "inactive"),
    "type": ("business", "individual"),
    "tags": ("retail,enterprise", "retail,wholesale"),
    "currency": ("MYR", "SGD"),
    "creditLimitMin": ("50000.00", "50000.01"),
    "creditLimitMax": ("50000", "49999.99"),
    "balanceMin": ("12500.00", "12500.01"),
    "balanceMax": ("12500.00", "12499.99"),
    "createdAfter": ("2024-01-15", "2024-01-16"),
    "createdBefore": ("2024-01-15", "2024-01-14"),
}
_ORDERS = {
    "status": ("confirmed", "shipped"),
    "priority": ("normal", "urgent"),
    **_days("orderDate", "2024-01-15"),
    **_days("requiredDate", "2024-02-15"),
    "search": ("po-abc", "nobody"),
}
_INVOICES = {
    "status": ("sent", "paid"),
    "paymentStatus": ("unpaid", "partial"),
    **_days("invoiceDate", "2024-01-15"),
    **_days("dueDate", "2024-02-14"),
    "overdue": ("false", "true"),
    "search": ("inv-2024-0001", "nobody"),
    "totalMin": ("2567.50", "2567.51"),
    "totalMax": ("2567.50", "2567.49"),
}

SCENARIOS: dict[str, Scenario] = {
    "GET /customers": Scenario(row="customer", filters=_CUSTOMERS, before=_trade_and_another),
    "GET /customers/{customerId}": Scenario(gives="Customer", objects=("customer",), before=Environment.trade),
    "POST /customers": Scenario(201, gives="Customer", manner=SHAPE),
    "PUT /customers/{customerId}": Scenario(gives="Customer", objects=("customer",), before=Environment.trade),
    "DELETE /customers/{customerId}": Scenario(gives="Deleted", objects=("customer",)),
    "GET /customers/{customerId}/contacts": Scenario(gives="Contact", objects=("customer",), row="contact"),
    "POST /customers/{customerId}/contacts": Scenario(201, gives="Contact", manner=SHAPE, objects=("customer",)),
    "GET /sales-orders": Scenario(
        gives="Sales Order", row="order", filters=_ORDERS, before=_another("/sales-orders", "Sales Order")
    ),
    "POST /sales-orders": Scenario(201, gives="Sales Order", manner=SHAPE),
    "PATCH /sales-orders/{salesOrderId}/status": Scenario(gives="Sales Order", objects=("draft_order",), traces=_note),
    "POST /sales-orders/{salesOrderId}/convert-to-invoice": Scenario(
        201, gives="Invoice", manner=SHAPE, objects=("order",), traces=_part
    ),
    "GET /quotes": Scenario(gives="Quote", row="quote", before=_another("/quotes", "Quote")),
    "POST /quotes": Scenario(201, gives="Quote", manner=SHAPE),
    "POST /quotes/{quoteId}/send": Scenario(gives="Quote", objects=("draft_quote",), traces=_email),
    "POST /quotes/{quoteId}/accept": Scenario(gives="Quote", manner=SHAPE, objects=("quote",)),
    "POST /quotes/{quoteId}/convert-to-order": Scenario(
        201, gives="Sales Order", manner=SHAPE, objects=("accepted_quote",)
    ),
    "GET /invoices": Scenario(
        gives="Invoice", row="invoice", filters=_INVOICES, before=_another("/invoices", "Invoice")
    ),
    "POST /invoices": Scenario(201, gives="Invoice", manner=SHAPE),
    "POST /invoices/{invoiceId}/send": Scenario(gives="Invoice", objects=("draft_invoice",), traces=_email),
    "POST /invoices/{invoiceId}/payments": Scenario(201, gives="Payment", objects=("invoice",), day="2024-01-20"),
    "GET /customers/{customerId}/summary": Scenario(
        manner=TYPES, objects=("customer",), before=Environment.years_of_trade
    ),
    "GET /analytics/sales-funnel": Scenario(
        gives="Sales Funnel",
        before=Environment.sell_the_quote,
        filters={"dateFrom": ("2024-01-10", "2024-01-11"), "dateTo": ("2024-01-10", "2024-01-09")},
    ),
    "GET /items": Scenario(gives="Item", row="widget", before=_another("/items", "Item", itemCode="WDG-002")),
    "GET /items/{itemId}": Scenario(gives="Item", objects=("widget",)),
    "POST /items": Scenario(201, gives="Item", manner=SHAPE),
    "PUT /items/{itemId}": Scenario(gives="Item", objects=("widget",)),
    "DELETE /items/{itemId}": Scenario(gives="Deleted", objects=("widget",)),
    "GET /tax-codes": Scenario(gives="Tax Code", row="tax_code"),
    "GET /tax-codes/{taxCodeId}": Scenario(gives="Tax Code", objects=("tax_code",)),
    "POST /tax-codes": Scenario(201, gives="Tax Code", manner=SHAPE),
    "PUT /tax-codes/{taxCodeId}": Scenario(gives="Tax Code", objects=("tax_code",)),
    "GET /payments": Scenario(gives="Payment", row="payment", day="2024-01-20", before=Environment.trade),
    "GET /payments/{paymentId}": Scenario(gives="Payment", objects=("payment",), day="2024-01-20"),
    "POST /invoices/{invoiceId}/payments/{paymentId}/void": Scenario(
        gives="Payment", manner=SHAPE, objects=("invoice", "payment"), day="2024-01-20"
    ),
}
