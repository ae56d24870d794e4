"""Numbers without gaps and doubles, in threads and rollbacks."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.numbering.services import next_number, next_numbers
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.threads import at_once

if TYPE_CHECKING:
    from uuid import UUID

THREADS, CREATIONS = 16, 50


def take(company: Company, kind: str = "quote", year: int = 2024) -> str:
    return next_number(company, kind, None if kind == "customer" else date(year, 3, 1))


def test_series_are_apart_by_company_kind_and_year(company: Company, other_company: Company) -> None:
    assert [take(company), take(company)] == ["QT-2024-0001", "QT-2024-0002"]
    assert take(company, year=2025) == "QT-2025-0001"
    assert take(company, "invoice") == "INV-2024-0001"
    assert take(company, "customer") == "CUST-0001"
    assert take(other_company) == "QT-2024-0001"


@pytest.mark.parametrize(
    ("width", "before", "number"), [(4, 9999, "QT-2024-10000"), (1, 8, "QT-2024-9"), (6, 0, "QT-2024-000001")]
)
def test_the_width_is_a_minimum(company: Company, width: int, before: int, number: str) -> None:
    if before:
        DocumentSequence.unscoped.create(company=company, kind="quote", year=2024, last_value=before)
    company.quote_number_pattern = f"QT-{{year}}-{{number:{width}}}"
    assert take(company) == number


def test_many_numbers_at_once_follow_each_other(company: Company) -> None:
    assert next_number(company, "customer") == "CUST-0001"
    assert next_numbers(company, "customer", 3) == ["CUST-0002", "CUST-0003", "CUST-0004"]
    assert next_number(company, "customer") == "CUST-0005"


def test_a_rollback_gives_the_number_back(company: Company) -> None:
    assert take(company) == "QT-2024-0001"
    with transaction.atomic():
        assert take(company) == "QT-2024-0002"
        transaction.set_rollback(True)
    assert take(company) == "QT-2024-0002"


def test_a_counter_counts_from_one(company: Company) -> None:
    with pytest.raises(IntegrityError, match="documentsequence_positive"):
        DocumentSequence.unscoped.create(company=company, kind="quote", year=2024, last_value=0)


@pytest.mark.usefixtures("committed")
def test_a_number_needs_the_transaction_of_its_document(company: Company) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        take(company)
    assert not DocumentSequence.unscoped.exists()


@pytest.mark.usefixtures("committed")
def test_threads_and_rollbacks_leave_no_gap_and_no_double(make_company: Callable[..., Company]) -> None:
    """16 threads make 50 documents each, for two companies and two years; every seventh is rolled back."""
    actors = [system_actor(make_company(name)) for name in "AB"]

    def create(turn: int) -> None:
        actor, year = actors[turn % 2], 2023 + turn // 2 % 2
        with company_scope(actor.company), transaction.atomic():
            record(actor, f"numbered.{year}", note=take(actor.company, year=year))
            transaction.set_rollback(turn % 7 == 0)

    def work(thread: int) -> Callable[[], None]:
        def creations() -> None:
            for turn in range(thread * CREATIONS, (thread + 1) * CREATIONS):
                create(turn)

        return creations

    _, failures = at_once([work(thread) for thread in range(THREADS)])
    assert failures == []
    numbers: dict[tuple[UUID, str], list[str]] = defaultdict(list)
    for entry in AuditEntry.unscoped.filter(event__startswith="numbered."):
        numbers[entry.company_id, entry.event[-4:]].append(entry.note)
    assert len(numbers) == 4
    assert sum(map(len, numbers.values())) == sum(turn % 7 != 0 for turn in range(THREADS * CREATIONS))
    for (company_id, year), given in numbers.items():
        assert sorted(given) == [f"QT-{year}-{number:04d}" for number in range(1, len(given) + 1)]
        counter = DocumentSequence.unscoped.get(company_id=company_id, year=year)
        assert counter.last_value == len(given)
