"""Totals of lists: exact among writers that commit, wait and roll back, and counted once while nothing changes."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from bigledger_crm.filtering.counting import exact_count, noted_tables
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, RowChanges
from bigledger_crm.tenancy.row_changes import FEW, merge_row_changes
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_item
from bigledger_crm.testing.threads import PATIENCE_SECONDS
from customers.models import Contact, Customer
from sales.models import Item

WRITERS, ROUNDS = 3, 25


def queries_of(count: int) -> int:
    """How many queries `exact_count` of the customers asks; they have to be `count`."""
    with CaptureQueriesContext(connection) as queries:
        assert exact_count(Customer.objects.all()) == count
    return len(queries)


@pytest.fixture
def scope(committed: None, company: Company) -> Iterator[None]:
    """The scope of Alice's company, where everything commits."""
    with company_scope(company):
        yield


def test_an_unchanged_table_is_counted_once(scope: None, actor: Actor) -> None:
    customers = [make_customer(actor) for _ in range(3)]
    assert [queries_of(3), queries_of(3), queries_of(3)] == [2, 1, 1]
    make_item(actor)
    assert queries_of(3) == 1  # of another table
    customers[0].delete()
    assert [queries_of(2), queries_of(2)] == [2, 1]
    with CaptureQueriesContext(connection) as queries:
        assert exact_count(Customer.objects.filter(name="Nobody")) == 0
        assert exact_count(Customer.objects.none()) == 0
    assert len(queries) == 2


def test_each_company_has_its_own(stranger: Actor, scope: None, actor: Actor) -> None:
    make_customer(actor)
    assert queries_of(1) == 2
    told: list[int] = []

    def of_the_stranger() -> None:
        with company_scope(stranger.company):
            make_customer(stranger)
            told.append(exact_count(Customer.objects.all()))
        connections.close_all()

    thread = threading.Thread(target=of_the_stranger)
    thread.start()
    thread.join()
    assert told == [1]
    assert queries_of(1) == 1


def test_what_may_be_rolled_back_is_not_kept(scope: None, actor: Actor) -> None:
    make_customer(actor)
    with transaction.atomic():
        make_customer(actor).delete()  # as many changes as the two below
        assert queries_of(1) == 2
        transaction.set_rollback(True)
    make_customer(actor)
    make_customer(actor)
    assert queries_of(3) == 2


def test_rows_of_other_tables_are_counted_each_time(scope: None, actor: Actor) -> None:
    make_customer(actor)
    with CaptureQueriesContext(connection) as queries:
        assert [exact_count(Contact.objects.all()) for _ in range(2)] == [0, 0]
        with_contact = Customer.objects.filter(contacts__name="Ann")
        assert [exact_count(with_contact) for _ in range(2)] == [0, 0]
    assert len(queries) == 4


def test_notes_are_merged_and_keep_their_sum(scope: None, actor: Actor) -> None:
    for number in range(FEW):
        make_item(actor, item_code=f"ITEM-{number}")
    assert exact_count(Item.objects.all()) == FEW
    merge_row_changes()
    notes = list(RowChanges.objects.filter(company_id=actor.company.pk, table_name="sales_item"))
    assert len(notes) <= FEW
    with CaptureQueriesContext(connection) as queries:
        assert exact_count(Item.objects.all()) == FEW
    assert len(queries) == 1


class Items:
    """Writers of items, and how many there may be at any moment: what was begun, and what was committed."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.begun = self.committed = 0
        self.lock = threading.Lock()

    def note(self, *, begun: int = 0, committed: int = 0) -> None:
        with self.lock:
            self.begun += begun
            self.committed += committed

    def write(self, random: Random, code: str) -> None:
        """Add one, count some times before the end, and commit or roll back."""
        is_kept = random.random() < 0.7
        self.note(begun=1)
        with transaction.atomic():
            Item(company=self.company, item_code=code, name="Item", unit_price=1).save(force_insert=True)
            for _ in range(random.randrange(3)):
                exact_count(Item.objects.all())
            transaction.set_rollback(not is_kept)
        self.note(**({"committed": 1} if is_kept else {"begun": -1}))

    def writer(self, seed: int) -> Callable[[int], None]:
        random = Random(seed)
        return lambda number: self.write(random, f"{seed}-{number}")

    def read(self) -> tuple[int, int, int]:
        """What was committed before the question, what it was answered, and what was begun before the answer."""
        with self.lock:
            least = self.committed
        total = exact_count(Item.objects.all())
        with self.lock:
            return least, total, self.begun


class Rounds:
    """Threads that do one thing each at once, and wait for each other."""

    def __init__(self, company: Company, parties: int) -> None:
        self.company = company
        self.begin, self.end = (threading.Barrier(parties, timeout=PATIENCE_SECONDS) for _ in range(2))

    def repeat(self, act: Callable[[int], None]) -> None:
        try:
            with company_scope(self.company):
                for number in range(ROUNDS):
                    self.begin.wait()
                    act(number)
                    self.end.wait()
        finally:
            connections.close_all()


def test_a_total_is_never_stale_among_writers(scope: None, actor: Actor) -> None:
    """Each writer commits some, rolls some back and holds some open meanwhile; merging goes on beside them.

    What a reader is told lies between what was committed before it asked and what was begun before it was answered;
    between two rounds, when nobody writes, it is exactly what was committed.
    """
    items, rounds = Items(actor.company), Rounds(actor.company, WRITERS + 2)
    acts = [*map(items.writer, range(WRITERS)), lambda _number: merge_row_changes()]
    during, between = list[tuple[int, int, int]](), list[int]()
    with ThreadPoolExecutor(len(acts)) as threads:
        futures = [threads.submit(rounds.repeat, act) for act in acts]
        for _ in range(ROUNDS):
            rounds.begin.wait()
            during.append(items.read())
            rounds.end.wait()
            between.append(exact_count(Item.objects.all()) - items.committed)
        for future in futures:
            future.result()
    assert [reading for reading in during if not reading[0] <= reading[1] <= reading[2]] == []
    assert between == [0] * ROUNDS
    assert Item.objects.count() == items.committed > ROUNDS


def test_every_noted_table_has_its_triggers(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE proname = 'note_row_changes' GROUP BY 1"
        )
        assert dict(cursor.fetchall()) == dict.fromkeys(noted_tables(), 3)
