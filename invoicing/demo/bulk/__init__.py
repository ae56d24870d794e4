"""A company with as many customers and invoices as one likes, straight into the tables.

Of whatever size, it is believable: few customers buy most, the first has one invoice in fifty; business grows; most
invoices are paid, late or early as their customer usually is.  Documents have five lines; some bill orders, whole or
in halves; there are quotes, shipments, credit notes, payments in two parts, three currencies, and everything that the
books need, so that `check_books` finds no difference.  What it doesn't make are events, emails and PDFs.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, models, transaction

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.numbering import rules
from bigledger_crm.numbering.models import AssignedNumber
from bigledger_crm.numbering.services import pattern_of
from bigledger_crm.tenancy.members import save_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import COMMAND_LINE
from customers.models import Customer, ReceivableEntry
from invoicing.analytics.customer_sums import add_up_customers
from invoicing.analytics.sales_sums_job import note_all_sales
from invoicing.demo.bulk.money import JOURNAL, LEDGER, MONEY
from invoicing.demo.bulk.plan import DROP, FUNCTIONS, SERIES
from invoicing.demo.bulk.sales import CUSTOMERS, DOCUMENTS, OFFERS, PLAN
from invoicing.demo.bulk.steps import Step
from invoicing.demo.bulk.stored import stored_documents
from invoicing.demo.bulk.tables import Stripped, strip_tables
from invoicing.models import (
    Allocation,
    CreditNote,
    CreditNoteLine,
    CustomerDay,
    CustomerItem,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Payment,
)
from invoicing.queries.journal import journal_accounts
from sales.models import Item, Quote, QuoteLine, SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from sales.services.shared.print_context import base_context

YEARS = 3
SEED = 1963
SELLERS = ("Aisha Rahman", "Marcus Lee", "Devi Nair", "Jason Tan")
SUMS: tuple[type[models.Model], ...] = (CustomerDay, CustomerItem)
TABLES: tuple[type[models.Model], ...] = (
    Customer,
    Item,
    Quote,
    QuoteLine,
    SalesOrder,
    SalesOrderLine,
    Shipment,
    ShipmentLine,
    Invoice,
    InvoiceLine,
    CreditNote,
    CreditNoteLine,
    Payment,
    Allocation,
    ReceivableEntry,
    JournalEntry,
    StoredDocument,
    AssignedNumber,
    *SUMS,
)
Progress = Callable[[float, str], None]


@transaction.atomic
def generate_data(
    company: Company, *, customers: int, invoices: int, seed: int = SEED, progress: Progress = lambda done, label: None
) -> None:
    """Fills a company that was just opened with so many customers and invoices, and what belongs to them.

    The same numbers and seed make the same sales on the same day.  All or nothing; while it goes on nobody else can
    use the tables.  `progress` is told what share is done, and what is made next.
    """
    today = clock.today(company.time_zone)
    with company_scope(company):
        parameters = _parameters(company, today, customers, invoices)
    _prepare(company, today, seed)
    stripped = strip_tables(TABLES)
    filling = [*PLAN, *OFFERS, *MONEY, *DOCUMENTS, *LEDGER, *JOURNAL, *stored_documents(), *CUSTOMERS]
    filling = _with_indexes(filling, stripped)
    finishing = [Step("indexes", statement) for model in SUMS for statement in stripped.indexes[model]]
    finishing += [Step("references", statement) for statement in stripped.references]
    whole, done = sum(step.slices(invoices) for step in (*filling, *finishing)), 0
    for steps in (filling, finishing):
        for step in steps:
            for _ in step.run(parameters, invoices):
                done += 1
                progress(done / whole, step.label)
        if steps is filling:
            add_up_customers(company.pk)
    with connection.cursor() as cursor:
        cursor.execute(DROP)
    note_all_sales(company.pk)


def _with_indexes(steps: Sequence[Step], stripped: Stripped) -> list[Step]:
    """The steps, with the indexes of each table when it is full."""
    last = {step.model: place for place, step in enumerate(steps) if step.model is not None}
    every_step = []
    for place, step in enumerate(steps):
        every_step.append(step)
        if step.model is not None and last[step.model] == place:
            every_step += [Step("indexes", statement) for statement in stripped.indexes[step.model]]
    return every_step


def vacuum_tables() -> None:
    """Notes which rows are visible to all: index-only scans need it.  Inside a transaction it can't."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f'VACUUM "{model._meta.db_table}"')


def _parameters(company: Company, today: date, customers: int, invoices: int) -> dict[str, Any]:
    accounts = journal_accounts()
    head = base_context(company, Customer(), {}, kind="", title="", number="", currency="", dates=[])
    texts = {"heading": "", "description": "", "prices_include_tax": False, "notes": "", "terms": ""}
    return {
        "company": company.pk,
        "today": today,
        "first": today - timedelta(days=365 * YEARS),
        "days": 365 * YEARS,
        "customers": customers,
        "few": max(customers / 1000, 5),
        "invoices": invoices,
        "items": min(max(invoices // 50, 20), 5000),
        "sellers": [person.pk for person in _sellers(company)],
        "head": json.dumps(head | texts)[:-1],
        **{f"{account}_side": _side(account, *names) for account, names in accounts.items()},
    }


def _side(account: str, code: str, name: str) -> str:
    """How a line of a journal entry begins."""
    return "," + json.dumps({"account": account, "code": code, "name": name, "text": ""})[:-2]


def _sellers(company: Company) -> list[User]:
    people = []
    for number, name in enumerate(SELLERS, 1):
        person = User.objects.create_user(f"seller-{number}-{company.public_id}@example.com", name=name)
        save_member(Membership(company=company, user=person, role="sales"), COMMAND_LINE)
        people.append(person)
    return people


def _prepare(company: Company, today: date, seed: int) -> None:
    salt = int.from_bytes(hashlib.sha256(f"{company.pk}/{seed}".encode()).digest()[:7])
    values = {"salt": salt, "number": seed, "zone": company.time_zone, "now": clock.now().isoformat()}
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.format(**values))
        cursor.execute(SERIES)
        for series in _series(company, today):
            cursor.execute("INSERT INTO bulk_series VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", series)
        # Sums over an invoice's few lines are cheaper without workers and compiled code.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL work_mem = '128MB'")


def _series(company: Company, today: date) -> Iterable[Sequence[Any]]:
    for kind in rules.PATTERN_SETTINGS:
        pattern = pattern_of(company, kind)
        for back in range(12 * YEARS + 4):
            months = today.year * 12 + today.month - 1 - back
            day = date(months // 12, months % 12 + 1, 1)
            series = rules.series_of(pattern, None if kind == "customer" else day)
            before, width, after = rules.around_number(pattern, None if kind == "customer" else day)
            yield kind, day, series.year, series.month, before, width, after, _check(before), _check(after)


def _check(text: str) -> str:
    """Letters and digits as check digits count them: A is 10, Z is 35."""
    return "".join(str(int(letter, 36)) for letter in text.upper() if letter.isascii() and letter.isalnum())
