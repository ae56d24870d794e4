"""Access tokens: fetched once by many threads, until they end, and whom they are for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bigledger_crm.kernel import clock
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import BadCredentials, MyInvoisError, Unavailable
from invoicing.myinvois.tests.support import SECRET, jwt
from invoicing.myinvois.tokens import Token, TokenCache, read_owner, read_token

PLACE = Connection("https://api.example", "https://id.example", "client-1", SECRET)


class Fetch:
    """Gives a new token each time, or raises."""

    def __init__(self, error: MyInvoisError | None = None) -> None:
        self.count = 0
        self.error = error

    def __call__(self) -> Token:
        self.count += 1
        if self.error:
            raise self.error
        return read_token({"access_token": f"token-{self.count}", "expires_in": 3600})


def test_a_token_is_used_until_five_minutes_before_its_end() -> None:
    cache, fetch, start = TokenCache(), Fetch(), clock.now()
    with clock.travelling(start):
        assert cache.get(PLACE, fetch).value == "token-1"
    with clock.travelling(start + timedelta(minutes=54)):
        assert cache.get(PLACE, fetch).value == "token-1"
    with clock.travelling(start + timedelta(minutes=55, seconds=1)):
        assert cache.get(PLACE, fetch).value == "token-2"


@pytest.mark.parametrize(
    "other",
    [{"on_behalf_of": "C2584563222"}, {"client_id": "client-2"}, {"client_secret": "another"}, {"identity_url": "x"}],
)
def test_tokens_of_others_are_apart(other: dict[str, str]) -> None:
    cache, fetch = TokenCache(), Fetch()
    assert cache.get(PLACE, fetch) != cache.get(replace(PLACE, **other), fetch)  # type: ignore[arg-type]
    assert cache.get(PLACE, fetch).value == "token-1"


def test_threads_that_need_a_token_at_once_fetch_one() -> None:
    cache, fetch = TokenCache(), Fetch()
    barrier = threading.Barrier(8)

    def get(_: int) -> Token:
        barrier.wait(10)
        return cache.get(PLACE, fetch)

    with ThreadPoolExecutor(8) as pool:
        assert {token.value for token in pool.map(get, range(8))} == {"token-1"}


def test_threads_whose_token_was_refused_fetch_one() -> None:
    cache, fetch = TokenCache(), Fetch()
    refused = cache.get(PLACE, fetch)
    assert [cache.renew(PLACE, refused, fetch).value for _ in range(3)] == ["token-2"] * 3
    assert cache.get(PLACE, fetch).value == "token-2"


@pytest.mark.parametrize(("error", "seconds"), [(BadCredentials("No", "C1"), 60), (Unavailable("Later"), 5)])
def test_a_failure_is_the_answer_for_a_while(error: MyInvoisError, seconds: int) -> None:
    cache, fetch, start = TokenCache(), Fetch(error), clock.now()
    for _ in range(3):
        with clock.travelling(start), pytest.raises(type(error), match=str(error)):
            cache.get(PLACE, fetch)
    assert fetch.count == 1
    fetch.error = None
    with pytest.raises(type(error)), clock.travelling(start + timedelta(seconds=seconds - 1)):
        cache.get(PLACE, fetch)
    with clock.travelling(start + timedelta(seconds=seconds + 1)):
        assert cache.get(PLACE, fetch).value == "token-2"


def test_who_corrects_a_secret_need_not_wait() -> None:
    cache, fetch = TokenCache(), Fetch(BadCredentials("No"))
    with pytest.raises(BadCredentials):
        cache.get(PLACE, fetch)
    fetch.error = None
    assert cache.get(replace(PLACE, client_secret="correct"), fetch).value == "token-2"
    assert cache.renew(PLACE, None, fetch).value == "token-3"


@pytest.mark.parametrize(
    "content", [None, {}, [], {"access_token": ""}, {"access_token": 1}, {"access_token": "a\r\nb: c"}]
)
def test_an_answer_without_a_token(content: object) -> None:
    with pytest.raises(Unavailable):
        read_token(content)


@pytest.mark.parametrize(
    ("content", "minutes"),
    [
        ({"expires_in": 3600}, 55),
        ({"EXPIRES_IN": "3600"}, 55),
        ({"expires_in": 60}, 0.5),
        ({}, 5),
        ({"expires_in": "x"}, 5),
    ],
)
def test_how_long_a_token_is_used(content: dict[str, object], minutes: float) -> None:
    start = clock.now()
    with clock.travelling(start):
        usable = read_token({**content, "Access_Token": "abc"}).usable_until - start
    assert timedelta(minutes=minutes) <= usable < timedelta(minutes=minutes, seconds=5)


@pytest.mark.parametrize(
    ("claims", "tin"),
    [
        ({"TaxpayerTIN": "C2584563222"}, "C2584563222"),
        ({"taxpayertin": "ig12345678910"}, "IG12345678910"),
        ({"name": "C2584563222:9e5b"}, "C2584563222"),
        ({"name": "C2584563222 Wayang Sdn Bhd"}, "C2584563222"),
        ({"name": "Wayang Sdn Bhd"}, ""),
        ({}, ""),
    ],
)
def test_whom_a_token_is_for(claims: dict[str, object], tin: str) -> None:
    token = Token(jwt(claims), clock.now())
    assert (read_owner(token).tin, read_owner(token).name) == (tin, claims.get("name", ""))


@pytest.mark.parametrize("value", ["opaque", "a.b.c", "a.!!!.c", "a.W10.c", "..", "a.IkEi.c"])
def test_a_token_that_says_nothing(value: str) -> None:
    assert read_owner(Token(value, clock.now())).tin == ""
