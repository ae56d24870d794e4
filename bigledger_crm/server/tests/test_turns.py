"""Whose turn it is: nobody keeps all threads, and the health check has one of its own."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bigledger_crm.server.turns import Turns
from bigledger_crm.testing.product import wait_for

EVER = 60


@dataclass
class Request:
    """A request that is served until it is let go."""

    who: str | None
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def service(self) -> None:
        """Waits, as for a lock."""
        self.begun.set()
        self.go_on.wait(EVER)
        self.ended.set()
        if self.who == "broken":
            raise RuntimeError("nobody foresaw this")


@pytest.fixture
def turns() -> Iterator[Turns]:
    """Four threads, and that for health."""
    made = Turns(4, lambda request: request.who)
    yield made
    made.shutdown()


def _add(turns: Turns, *whose: str | None) -> list[Request]:
    made = [Request(who) for who in whose]
    for request in made:
        turns.add_task(request)
    return made


def test_one_has_half_of_the_threads_and_others_go_on(turns: Turns) -> None:
    greedy = _add(turns, *["a"] * 5)
    others = _add(turns, "b", "c", "d")
    wait_for(lambda: all(request.begun.is_set() for request in (*greedy[:2], *others[:2])), EVER)
    assert not any(request.begun.is_set() for request in (*greedy[2:], others[2]))
    others[0].go_on.set()
    assert others[2].begun.wait(EVER)  # before the third of the greedy one, who came first
    assert not greedy[2].begun.is_set()
    greedy[0].go_on.set()
    assert greedy[2].begun.wait(EVER)
    for request in (*greedy, *others):
        request.go_on.set()
    wait_for(lambda: all(request.ended.is_set() for request in (*greedy, *others)), EVER)


def test_health_waits_for_nobody(turns: Turns) -> None:
    busy = _add(turns, "a", "a", "b", "b", "c")
    wait_for(lambda: all(request.begun.is_set() for request in busy[:4]), EVER)
    (health,) = _add(turns, None)
    assert health.begun.wait(EVER)
    assert not busy[4].begun.is_set()
    for request in (*busy, health):
        request.go_on.set()


def test_a_thread_outlives_what_goes_wrong(turns: Turns) -> None:
    for _round in range(3):
        broken = _add(turns, *["broken"] * 4)
        for request in broken:
            request.go_on.set()
        wait_for(lambda: all(request.ended.is_set() for request in broken), EVER)  # noqa: B023 it is over by then
    (last,) = _add(turns, "a")
    assert last.begun.wait(EVER)
    last.go_on.set()
    assert turns.shutdown(timeout=EVER)
