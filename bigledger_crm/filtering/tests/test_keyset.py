"""Keyset paging: forwards and backwards, whatever the rows and the order, each row comes once and in its place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q, QuerySet
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bigledger_crm.filtering.keyset import (
    Cursor,
    InvalidCursor,
    KeysetOrder,
    KeysetPage,
    Position,
    fetch_page,
    read_cursor,
    write_cursor,
)
from bigledger_crm.kernel import ids
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.tenancy.models import Company

START = datetime(2024, 1, 1, tzinfo=UTC)
PARSE: dict[str, Any] = {"attempts": int, "subject": str, "sent_at": datetime.fromisoformat}
SEGMENTS = {
    "plain": [Q()],
    "nulls last": [Q(sent_at__isnull=False), Q(sent_at__isnull=True)],
    "ranks": [Q(subject="b"), Q(subject=""), ~Q(subject__in=["", "b"])],
}
# Of each row: attempts, subject, and the days until it was sent.
ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["", "a", "b"]), st.none() | st.integers(0, 2)), max_size=9
)
ORDERS = st.sampled_from(
    [
        ("plain", "attempts"),
        ("plain", "subject"),
        ("nulls last", "sent_at"),
        ("ranks", "attempts"),
        ("ranks", "subject"),
    ]
)


def _add(company: Company, rows: list[tuple[int, str, int | None]]) -> None:
    OutboxEmail.unscoped.bulk_create(
        OutboxEmail(
            company=company,
            kind="test",
            related_id=ids.new_id(),
            to=[],
            message_id=str(ids.new_id()),
            attempts=attempts,
            subject=subject,
            status=EmailStatus.QUEUED if days is None else EmailStatus.SENT,
            sent_at=None if days is None else START + timedelta(days=days),
        )
        for attempts, subject, days in rows
    )


def _in_order(rows: "QuerySet[OutboxEmail]", order: KeysetOrder) -> list[Any]:
    """The ids of all rows as the order has them, sorted in Python."""
    found: list[Any] = []
    for segment in order.segments:
        part = rows.filter(segment)
        keys = [
            (0 if row.sent_at is None and order.column == "sent_at" else getattr(row, order.column), row.pk)
            for row in part
        ]
        found += [pk for _value, pk in sorted(keys, reverse=order.descending)]
    return found


def _walk(
    rows: "QuerySet[OutboxEmail]", order: KeysetOrder, limit: int, *, backwards: bool, as_tuples: bool
) -> list[Any]:
    """The ids of all pages from one end of the list to the other, each page reached by the cursor of the one before."""
    seen: list[Any] = []
    beside: Position | None = None
    while True:
        page = fetch_page(
            rows, order, limit, beside, backwards=backwards, columns=["kind", "subject"] if as_tuples else None
        )
        assert len(page.rows) == limit or not page.has_more
        keys = [row[-1] if as_tuples else row.pk for row in page.rows]
        seen = keys + seen if backwards else seen + keys
        if not page.has_more:
            return seen
        beside = _travelled(page, order, backwards=backwards)


def _travelled(page: KeysetPage, order: KeysetOrder, *, backwards: bool) -> Position:
    """The position that the next page begins beside, as a cursor brings it."""
    position = page.first if backwards else page.last
    assert position is not None
    return read_cursor(write_cursor(Cursor(position, 9, []), "here"), "here", PARSE[order.column]).position


@pytest.mark.django_db
def test_forwards_and_backwards_every_row_comes_once_and_in_order(company: Company) -> None:
    @settings(max_examples=30)
    @given(rows=ROWS, order=ORDERS, descending=st.booleans(), limit=st.integers(1, 4), as_tuples=st.booleans())
    @example([(0, "b", None), (0, "", 1), (0, "a", 1), (1, "b", None)], ("ranks", "subject"), False, 1, True)
    @example([(0, "b", None), (0, "", 1), (0, "a", 1), (1, "b", None)], ("nulls last", "sent_at"), True, 1, False)
    def walk(
        rows: list[tuple[int, str, int | None]], order: tuple[str, str], descending: bool, limit: int, as_tuples: bool
    ) -> None:
        OutboxEmail.unscoped.all().delete()
        _add(company, rows)
        ordered = KeysetOrder(order[1], descending, SEGMENTS[order[0]])
        everything = OutboxEmail.unscoped.all()
        expected = _in_order(everything, ordered)
        assert _walk(everything, ordered, limit, backwards=False, as_tuples=as_tuples) == expected
        assert _walk(everything, ordered, limit, backwards=True, as_tuples=as_tuples) == expected

    walk()


@pytest.mark.django_db
def test_a_row_that_is_gone_still_has_its_place(company: Company) -> None:
    _add(company, [(number, "", None) for number in range(5)])
    rows, order = OutboxEmail.unscoped.all(), KeysetOrder("attempts")
    third = rows.get(attempts=2)
    position = Position(0, 2, third.pk)
    third.delete()
    after, before = fetch_page(rows, order, 9, position), fetch_page(rows, order, 1, position, backwards=True)
    assert [row.attempts for row in after.rows] == [3, 4]
    assert [row.attempts for row in before.rows] == [1]
    assert (after.has_more, before.has_more) == (False, True)


def test_a_cursor_keeps_what_it_is_given() -> None:
    cursor = Cursor(Position(1, START, ids.new_id()), 70, ["2024-01-01", True])
    assert read_cursor(write_cursor(cursor, "here"), "here", datetime.fromisoformat) == cursor
    nowhere = Cursor(Position(0, None, ids.new_id()), 0, [])
    assert read_cursor(write_cursor(nowhere, "here"), "here", str) == nowhere


def test_a_cursor_is_good_for_its_own_list_only() -> None:
    cursor = write_cursor(Cursor(Position(0, "a", ids.new_id()), 1, []), "here")
    with pytest.raises(InvalidCursor, match="another list"):
        read_cursor(cursor, "there", str)
    for bad in ("", "x", cursor[:-1], cursor + "a", cursor.swapcase()):
        with pytest.raises(InvalidCursor, match="not valid"):
            read_cursor(bad, "here", str)
