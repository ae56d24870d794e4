"""A rehearsal: a write that is carried out whole and rolled back, and what it would have done.

Whatever leaves the house does so after the commit, and a rehearsal never gets there.  Files are the exception: they are
written before their rows, so `documents.storage` asks `is_rehearsing`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

_is_on: ContextVar[bool] = ContextVar("is_rehearsing", default=False)


@dataclass(frozen=True)
class _Note:
    """Waits for a commit that doesn't come, and is forgotten like any such callback when its savepoint is undone."""

    part: str
    about: Any

    def __call__(self) -> None:
        """Nothing is left to be done."""


class Rehearsal:
    """What was noted in a rehearsal; to be read before its end, while the rows are there."""

    def __init__(self) -> None:
        self._before = len(connection.run_on_commit)

    def noted(self, part: str) -> list[Any]:
        """What was noted of a part, in its order, without what was undone on the way."""
        callbacks = [waiting[1] for waiting in connection.run_on_commit[self._before :]]
        return [note.about for note in callbacks if isinstance(note, _Note) and note.part == part]


@contextmanager
def rehearsing() -> Iterator[Rehearsal]:
    """Runs the block in a transaction that is rolled back at its end, after the checks that a commit would make."""
    with transaction.atomic():
        token = _is_on.set(True)
        try:
            yield Rehearsal()
            connection.check_constraints()
        finally:
            _is_on.reset(token)
        transaction.set_rollback(True)


def is_rehearsing() -> bool:
    """Whether what is being done will be rolled back."""
    return _is_on.get()


def note(part: str, *about: Any) -> None:
    """Tells a rehearsal, if there is one, what is being done: something posted, sent or numbered."""
    if _is_on.get():
        for each in about:
            transaction.on_commit(_Note(part, each))
