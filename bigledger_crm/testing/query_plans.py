"""What the lists of the API ask the database for, and how it goes about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from django.core import signing
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from bigledger_crm.api.listing import Listing
from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.filtering.keyset import CURSOR_SALT, write_value
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.bulk_data import BULK_ROWS, sellers_of
from bigledger_crm.testing.client import ApiClient
from customers.models import Customer
from invoicing.models import (
    BankAccount,
    BankStatement,
    BankTransaction,
    CreditNote,
    EInvoice,
    Invoice,
    JournalEntry,
    Payment,
    Refund,
)
from sales.models import Item, Quote, SalesOrder

if TYPE_CHECKING:
    from django.db.models import QuerySet

BIG_TABLES = frozenset(model._meta.db_table for model in BULK_ROWS) | {CustomFieldValue._meta.db_table}
_SCANNED = re.compile(r"Seq Scan on (\w+)")

# Something to look for with every filter: what many rows have, what few have, and what none has.  (A search that nearly
# every row matches has no example: its total can only be counted by reading them.)
EXAMPLES: dict[str, dict[str, tuple[str, ...]]] = {
    "customers": {
        "search": ("acme", "cust-001234", "zzzz"),
        "status": ("active", "blocked"),
        "type": ("business", "individual"),
        "tags": ("retail", "retail,vip", "nobody"),
        "currency": ("MYR", "JPY", "CHF"),
        "ownerId": ("{seller}", "{new_seller}", "none"),
        "creditLimitMin": ("50000", "99000", "1000000"),
        "creditLimitMax": ("50000", "0"),
        "balanceMin": ("1", "89999", "1000000"),
        "balanceMax": ("100", "-1"),
        "createdAfter": ("2023-01-01", "2025-12-30", "2030-01-01"),
        "createdBefore": ("2023-01-01", "2020-01-02", "2019-01-01"),
    },
    "items": {
        "search": ("acme", "itm-001234", "zzzz"),
        "isActive": ("true", "false"),
        "taxCode": ("SST-S", "NOTHING"),
        "type": ("goods", "service"),
    },
    "quotes": {
        "search": ("acme", "qt-001234", "zzzz"),
        "customerId": ("{customer}",),
        "ownerId": ("{seller}", "{new_seller}", "none"),
        "status": ("draft", "sent", "expired", "accepted", "converted", "declined", "cancelled"),
        "quoteDateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "quoteDateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
        "validUntilFrom": ("2023-01-01", "2026-01-20", "2030-01-01"),
        "validUntilTo": ("2023-01-01", "2020-02-02", "2019-01-01"),
        "totalMin": ("10000", "19990", "1000000"),
        "totalMax": ("10000", "5"),
    },
    "sales-orders": {
        "search": ("acme", "so-001234", "zzzz"),
        "customerId": ("{customer}",),
        "ownerId": ("{seller}", "{new_seller}", "none"),
        "status": ("draft", "confirmed", "shipped", "delivered", "cancelled"),
        "priority": ("low", "normal", "high", "urgent"),
        "orderDateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "orderDateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
        "requiredDateFrom": ("2023-01-01", "2026-01-20", "2030-01-01"),
        "requiredDateTo": ("2023-01-01", "2020-01-05", "2019-01-01"),
        "totalMin": ("10000", "19990", "1000000"),
        "totalMax": ("10000", "5"),
    },
    "invoices": {
        "search": ("acme", "inv-001234", "zzzz"),
        "customerId": ("{customer}",),
        "ownerId": ("{seller}", "{new_seller}", "none"),
        "status": ("draft", "sent", "overdue", "paid", "cancelled"),
        "paymentStatus": ("unpaid", "partial", "paid"),
        "overdue": ("true", "false"),
        "invoiceDateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "invoiceDateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
        "dueDateFrom": ("2023-01-01", "2026-01-20", "2030-01-01"),
        "dueDateTo": ("2023-01-01", "2020-02-02", "2019-01-01"),
        "totalMin": ("10000", "19999", "1000000"),
        "totalMax": ("10000", "1"),
    },
    "credit-notes": {
        "search": ("acme", "cn-001234", "zzzz"),
        "customerId": ("{customer}",),
        "invoiceId": ("{invoice}",),
        "creditNoteDateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "creditNoteDateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
        "totalMin": ("10000", "19990", "1000000"),
        "totalMax": ("10000", "5"),
    },
    "payments": {
        "search": ("txn-1", "txn-12345", "zzzz"),
        "customerId": ("{customer}",),
        "invoiceId": ("{invoice}",),
        "status": ("recorded", "voided"),
        "paymentMethod": ("bank_transfer", "cheque", "cash"),
        "paymentDateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "paymentDateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
        "amountMin": ("10000", "19999", "1000000"),
        "amountMax": ("10000", "1"),
    },
    "refunds": {
        "refundDateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "refundDateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
    },
    "bank-transactions": {
        "search": ("txn-1", "txn-12345", "zzzz"),
        "status": ("matched", "unmatched", "ignored"),
        "bankAccountId": ("{bank_account}",),
        "bankStatementId": ("{bank_statement}",),
        "bookingDateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "bookingDateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
        "amountMin": ("10000", "19999", "1000000"),
        "amountMax": ("10000", "1", "-1"),
    },
    "einvoices": {
        "status": ("accepted", "live", "pending", "rejected", "cancelled", "submitted"),
        "kind": ("01", "02", "03"),
        "isConsolidated": ("true", "false"),
        "createdAfter": ("2023-01-01", "2025-12-30", "2030-01-01"),
        "createdBefore": ("2023-01-01", "2020-01-02", "2019-01-01"),
    },
    "journal": {
        "customerId": ("{customer}",),
        "dateFrom": ("2023-01-01", "2025-12-20", "2030-01-01"),
        "dateTo": ("2023-01-01", "2020-01-02", "2019-01-01"),
    },
}


MODELS: dict[str, type[models.Model]] = {
    "customers": Customer,
    "items": Item,
    "quotes": Quote,
    "sales-orders": SalesOrder,
    "invoices": Invoice,
    "credit-notes": CreditNote,
    "payments": Payment,
    "refunds": Refund,
    "einvoices": EInvoice,
    "journal": JournalEntry,
    "bank-transactions": BankTransaction,
}


@dataclass(frozen=True)
class Question:
    """A request for a list: what it tries out, and its URL below /api/v1."""

    path: str
    about: str
    query: str


@dataclass(frozen=True)
class Plan:
    """How the database answers one query over a big table: its EXPLAIN (ANALYZE, BUFFERS)."""

    sql: str
    text: str

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return float(re.findall(r"Execution Time: ([0-9.]+) ms", self.text)[0])

    @property
    def blocks(self) -> int:
        """How many blocks of 8 kB it looked at: the cost that doesn't depend on the machine."""
        found = re.search(r"Buffers: shared(.*)", self.text)  # a plan that looks at none doesn't say so
        return sum(int(count) for count in re.findall(r"(?:hit|read)=([0-9]+)", found[1])) if found else 0

    @property
    def rows(self) -> int:
        """How many it gave."""
        return int(float(re.findall(r"actual rows=([0-9.]+)", self.text)[0]))

    @property
    def counts(self) -> bool:
        """Whether it counts the total."""
        return "COUNT(" in self.sql

    @property
    def scanned(self) -> set[str]:
        """The big tables that are read from end to end."""
        return set(_SCANNED.findall(self.text)) & BIG_TABLES

    @property
    def indexes(self) -> list[str]:
        """The indexes in use, in order."""
        return list(dict.fromkeys(re.findall(r"(?:using|Bitmap Index Scan on) (\w+)", self.text)))


def listings() -> dict[str, Listing]:
    """Every list of the API whose URL has no object, by its URL."""
    (api,) = [part for part in get_resolver().url_patterns if str(part.pattern) == "api/v1/"]
    assert isinstance(api, URLResolver)
    found = {}
    for part in api.url_patterns:
        callback: Any = part.callback
        path = str(part.pattern)
        if "get" in getattr(callback, "actions", {}) and "<" not in path:
            view = callback.cls(**callback.initkwargs)
            view.action_map, view.action = callback.actions, callback.actions["get"]
            if view.is_list:
                found[path] = view.listing
    return found


def sorts(path: str) -> Iterator[Question]:
    """Every sort of a list, in both orders."""
    for sort in listings()[path].sorts:
        for order in ("asc", "desc"):
            yield Question(path, f"sort={sort} {order}", f"sort={sort}&order={order}")


def filters(path: str, company: Company) -> Iterator[Question]:
    """Every filter of a list, with its examples."""
    ids = {
        "bank_account": BankAccount.unscoped.filter(company=company).earliest("created_at").public_id,
        "bank_statement": BankStatement.unscoped.filter(company=company).earliest("created_at").public_id,
        "customer": Customer.unscoped.filter(company=company).earliest("created_at").public_id,
        "invoice": Invoice.unscoped.filter(company=company).earliest("created_at").public_id,
        "new_seller": sellers_of(company)[0].public_id,
        "seller": sellers_of(company)[1].public_id,
    }
    for name, values in EXAMPLES[path].items():
        for value in values:
            yield Question(path, f"{name}={value}", f"{name}={quote(value.format(**ids))}")


def ask(api: ApiClient, question: Question, cursor: str = "") -> tuple[list[Plan], str]:
    """The plans of a page (its count included), and the cursor of the next."""
    after = f"&cursor={cursor}" if cursor else ""
    with CaptureQueriesContext(connection) as captured:
        answer = api.get(f"/{question.path}?limit=50&{question.query}{after}")
    assert answer.status == 200, answer.text
    asked = [query["sql"] for query in captured if any(f'FROM "{table}"' in query["sql"] for table in BIG_TABLES)]
    return [_plan(sql) for sql in asked], answer.body["pagination"]["nextCursor"]


def in_the_middle(cursor: str, company: Company, question: Question) -> str:
    """The cursor of a sort's first page, moved to the middle of the sort's largest segment."""
    [sort, descending] = question.about.removeprefix("sort=").split(" ")
    segments = listings()[question.path].sorts[sort].segments(descending == "desc", clock.today(company.time_zone))
    column = listings()[question.path].sorts[sort].column
    rows: QuerySet[Any] = MODELS[question.path]._base_manager.filter(company=company)
    sizes = [rows.filter(segment).count() for segment in segments]
    largest = sizes.index(max(sizes))
    value, pk = rows.filter(segments[largest]).order_by(column, "id").values_list(column, "id")[max(sizes) // 2]
    return moved(cursor, largest, value, pk)


def moved(cursor: str, segment: int, value: Any, pk: UUID) -> str:
    """A cursor of the same list that stands elsewhere."""
    (_, _, _, *rest) = signing.loads(cursor, salt=CURSOR_SALT)
    return signing.dumps([segment, value if value is None else write_value(value), pk.hex, *rest], salt=CURSOR_SALT)


def _plan(sql: str) -> Plan:
    with connection.cursor() as database:
        database.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, COSTS OFF) {sql}")
        return Plan(sql, "\n".join(line for (line,) in database.fetchall()))
