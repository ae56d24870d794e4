"""How many calls are made: shares of companies, Valkey and this process saying the same, many threads, no Valkey."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from django.conf import settings

from bigledger_crm.kernel import clock
from invoicing.myinvois import limiter as limiter_module
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import Unavailable
from invoicing.myinvois.limiter import ALONE_PART, Limiter
from invoicing.myinvois.operations import PER_MINUTE, Operation
from invoicing.myinvois.shares import GRACE_MS, WINDOW_MS, Window

NOW = 1_800_000_000_000
A_MINUTE_LATER = timedelta(seconds=80)  # and some, in which the calls before were made


@pytest.fixture
def place() -> Connection:
    """A client that nobody has used."""
    return Connection("https://api.example", "https://id.example", f"client-{uuid4()}", "secret")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no dead Valkey."""
    monkeypatch.setattr(limiter_module, "TIMEOUT_SECONDS", 30)


@pytest.fixture
def limiter() -> Limiter:
    """Counts in the Valkey of the tests."""
    return Limiter(settings.REDIS_URL)


def _acquired(limiter: Limiter, place: Connection, operation: Operation = Operation.SEARCH, times: int = 50) -> int:
    """How many of so many calls are let through."""
    count = 0
    for _ in range(times):
        try:
            limiter.acquire(place, operation)
        except Unavailable:
            continue
        count += 1
    return count


def _takes(window: Window, now: int, limit: int, companies: str) -> str:
    """The companies, of those that ask one after the other, whose turn it is."""
    return "".join(company for company in companies if window.take(now, company, limit) == 0)


def test_one_company_has_the_whole_limit() -> None:
    window = Window()
    assert _takes(window, NOW, 12, "a" * 20) == "a" * 12
    assert window.take(NOW + 1000, "a", 12) == WINDOW_MS - 1000
    assert window.take(NOW + WINDOW_MS, "a", 12) == 0


def test_no_minute_has_more_than_the_limit() -> None:
    window, random_ = Window(), random.Random(1)
    granted: list[int] = []
    now = NOW
    for _ in range(3000):
        now += random_.randrange(2000)
        if window.take(now, random_.choice("abc"), 12) == 0:
            granted.append(now)
    assert len(granted) > 400
    assert all(later - earlier >= WINDOW_MS for earlier, later in zip(granted, granted[12:], strict=False))


def test_whoever_was_sent_away_has_a_share_that_others_leave() -> None:
    window = Window()
    _takes(window, NOW, 12, "a" * 12 + "b")
    later = NOW + WINDOW_MS
    assert _takes(window, later, 12, "a" * 12) == "a" * 6
    assert _takes(window, later, 12, "b" * 12) == "b" * 6


def test_who_needs_little_gets_it_and_leaves_the_rest() -> None:
    window = Window()
    _takes(window, NOW, 12, "a" * 12 + "b")
    later = NOW + WINDOW_MS
    assert _takes(window, later, 12, "b" + "a" * 20) == "b" + "a" * 11


def test_a_turn_is_kept_for_a_while_only() -> None:
    window = Window()
    _takes(window, NOW, 12, "a" * 12 + "b")
    assert _takes(window, NOW + WINDOW_MS + GRACE_MS + 1, 12, "a" * 12) == "a" * 12


def test_more_companies_than_calls() -> None:
    window, turns = Window(), Counter[str]()
    companies = "abcdefghijklmnop"
    for minute in range(8):
        for company in companies * 3:
            turns[company] += window.take(NOW + minute * WINDOW_MS, company, 4) == 0
    assert sum(turns.values()) == 32
    assert max(turns.values()) <= 2 * 8  # a quarter of each minute at most, though the first always ask first


def test_what_lhdn_says_goes_before() -> None:
    window = Window(paused_until=NOW + 7000)
    assert window.take(NOW, "a", 12) == 7000
    assert window.take(NOW + 7000, "a", 12) == 0


@pytest.mark.parametrize("seed", range(4))
def test_valkey_says_what_this_process_would_say(limiter: Limiter, seed: int) -> None:
    random_, window, name = random.Random(seed), Window(), f"bigledger:test:{uuid4()}"
    now, limit = NOW, random_.choice([1, 4, 12])
    for _ in range(250):
        now += random_.choice([0, 1, 300, 5000, 20_000])
        company = random_.choice("abcde")
        if random_.random() < 0.01:
            limit = random_.choice([1, 4, 12])
        assert limiter._shared(name, company, now, limit) == window.take(now, company, limit)


def test_limits_are_those_of_the_table(limiter: Limiter, place: Connection) -> None:
    start = clock.now()
    with clock.travelling(start):
        assert _acquired(limiter, place) == PER_MINUTE[Operation.SEARCH] == 12
        assert _acquired(limiter, place, Operation.RECENT) == 12  # another kind of call
        assert _acquired(limiter, replace(place, client_id=f"{place.client_id}-2")) == 12
        assert _acquired(limiter, replace(place, api_url="https://sandbox.example", rate_factor=0.5)) == 6
        with pytest.raises(Unavailable, match="Too many") as caught:
            limiter.acquire(place, Operation.SEARCH)
    assert caught.value.retry_after is not None
    assert 30 < caught.value.retry_after <= WINDOW_MS / 1000
    with clock.travelling(start + A_MINUTE_LATER):
        assert _acquired(limiter, place) == 12


def test_companies_of_an_intermediary_share_its_limit(limiter: Limiter, place: Connection) -> None:
    first, second = (replace(place, on_behalf_of=tin) for tin in ("C1", "C2"))
    start = clock.now()
    with clock.travelling(start):
        assert (_acquired(limiter, first), _acquired(limiter, second)) == (12, 0)
    with clock.travelling(start + A_MINUTE_LATER):
        assert (_acquired(limiter, first), _acquired(limiter, second)) == (6, 6)


def test_a_pause_is_for_all_processes(limiter: Limiter, place: Connection) -> None:
    with clock.travelling(clock.now()):
        limiter.pause(place, Operation.SUBMIT, 30)
        for process in (limiter, Limiter(settings.REDIS_URL)):
            with pytest.raises(Unavailable) as caught:
                process.acquire(place, Operation.SUBMIT)
            assert caught.value.retry_after is not None
            assert 0 < caught.value.retry_after <= 30
            process.acquire(place, Operation.SUBMISSION)


def test_threads_with_limiters_of_their_own_never_get_more(place: Connection) -> None:
    limiters = [Limiter(settings.REDIS_URL) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        counts = pool.map(lambda each: _acquired(each, place, Operation.SUBMIT, 40), limiters)
    assert sum(counts) == PER_MINUTE[Operation.SUBMIT] == 100


def test_nothing_of_a_client_is_written_in_valkey(limiter: Limiter, place: Connection) -> None:
    limiter.acquire(replace(place, on_behalf_of="C2584563222"), Operation.SUBMIT)
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        keys = [*valkey.scan_iter("bigledger:myinvois:*:used")]
        told = [*keys, *(member for key in keys for member in valkey.zrange(key, 0, -1))]
        assert told
        assert all(valkey.pttl(key) > 0 for key in keys)
    assert not any(b"client" in part or b"C2584563222" in part for part in told)


def test_without_valkey_each_process_has_a_part(
    place: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = Limiter(f"unix://{tmp_path}/nothing.sock")
    with clock.travelling(clock.now()):
        assert _acquired(limiter, place) == 12 // ALONE_PART
        limiter.pause(place, Operation.SUBMIT, 30)
        assert _acquired(limiter, place, Operation.SUBMIT) == 0
    assert caplog.text.count("Valkey does not respond") == 1
