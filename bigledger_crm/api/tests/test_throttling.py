"""How many requests a key may send, counted in a real Valkey."""

import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
import redis
from django.conf import settings as project
from pytest_django import Settings

from bigledger_crm.api import throttling
from bigledger_crm.api.models import IdempotencyRecord
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.threads import at_once

POLICY = '"default";q=3;w=60'


@pytest.fixture
def three(settings: Settings) -> None:
    """Three requests a minute."""
    settings.API_RATE_LIMIT = 3


@pytest.fixture
def valkey() -> Iterator[redis.Redis]:
    """The server that counts."""
    with redis.Redis.from_url(project.REDIS_URL) as client:
        yield client


def _name() -> str:
    return f"bigledger:rate:{ApiKey.objects.get().pk.hex}"


@pytest.mark.usefixtures("three")
def test_the_fourth_request_of_three_is_refused(api: ApiClient) -> None:
    answers = [api.get("/items") for _ in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers] == [
        f'"default";r={left}' for left in (2, 1, 0, 0, 0)
    ]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {POLICY}
    refused = answers[-1]
    assert refused.error["code"] == "RATE_LIMITED"
    assert 50 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].endswith(f";t={refused.headers['Retry-After']}")


@pytest.mark.usefixtures("three")
def test_refusals_count_and_say_what_is_left(api: ApiClient) -> None:
    assert api.get("/nothing").status == 404  # no URL, no key looked at
    answers = [api.post("/items", "{"), api.request("BREW", "/items"), api.get("/items/item_1"), api.get("/items")]
    assert [answer.status for answer in answers] == [400, 405, 404, 429]
    assert all(answer.headers["RateLimit-Policy"] == POLICY for answer in answers)


@pytest.mark.usefixtures("three")
def test_without_a_key_nothing_is_counted(api: ApiClient, company: Company) -> None:
    for _ in range(5):
        answer = ApiClient(None, company.public_id).get("/items")
        assert answer.status == 401
        assert "RateLimit" not in answer.headers
    assert api.get("/items").status == 200


@pytest.mark.usefixtures("three")
def test_every_key_has_a_limit_of_its_own(api: ApiClient, company: Company) -> None:
    other = api_client(company)
    assert [client.get("/items").status for client in (api, api, api, other, other, other, api, other)] == [
        *[200] * 6,
        *[429] * 2,
    ]


@pytest.mark.usefixtures("three")
def test_a_new_window_begins_when_the_old_has_ended(api: ApiClient, valkey: "redis.Redis") -> None:
    for _ in range(4):
        api.get("/items")
    assert 0 < int(valkey.pttl(_name())) <= 60_000
    valkey.pexpire(_name(), 0)
    answer = api.get("/items")
    assert (answer.status, answer.headers["RateLimit"]) == (200, '"default";r=2;t=60')


@pytest.mark.usefixtures("three")
def test_a_counter_that_never_ends_gets_an_end(api: ApiClient, valkey: "redis.Redis") -> None:
    valkey.set(_name(), 2)
    assert api.get("/items").headers["RateLimit"] == '"default";r=0;t=60'
    assert int(valkey.pttl(_name())) > 0


@pytest.mark.usefixtures("three")
def test_a_refusal_for_the_rate_is_not_stored_under_an_idempotency_key(api: ApiClient, valkey: "redis.Redis") -> None:
    for _ in range(3):
        api.get("/items")
    body = {"itemCode": "A", "name": "A", "unitPrice": 1}
    assert api.post("/items", body, Idempotency_Key="one").status == 429
    assert not IdempotencyRecord.unscoped.exists()
    valkey.delete(_name())
    assert api.post("/items", body, Idempotency_Key="one").status == 201


def test_off(api: ApiClient, settings: Settings) -> None:
    settings.API_RATE_LIMIT = 0
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"  # nobody is asked
    answer = api.get("/items")
    assert answer.status == 200
    assert not {"RateLimit", "RateLimit-Policy"} & {*answer.headers}


@pytest.mark.usefixtures("committed")
def test_eight_threads_never_get_more_than_the_limit(company: Company, settings: Settings) -> None:
    settings.API_RATE_LIMIT = 30
    client = api_client(company)
    results, failures = at_once([lambda: [client.get("/items").status for _ in range(10)]] * 8)
    assert failures == []
    assert Counter(status for statuses in results for status in statuses) == {200: 30, 429: 50}


@pytest.fixture
def silent_server(tmp_path: Path) -> Iterator[str]:
    """A server that takes connections and never says anything."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        yield f"unix://{tmp_path / 's'}"


@pytest.mark.parametrize("state", ["dead", "silent"])
def test_requests_pass_while_valkey_does_not_answer(
    api: ApiClient,
    settings: Settings,
    silent_server: str,
    state: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.REDIS_URL = silent_server if state == "silent" else "unix:///nowhere/valkey.sock"
    throttling.counter.cache_clear()
    answers = [api.get("/items") for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    assert "RateLimit" not in answers[0].headers
    assert caplog.text.count("requests are not limited for 5 s") == 1
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + throttling.SILENT_SECONDS)
    assert api.get("/items").status == 200
    assert caplog.text.count("requests are not limited for 5 s") == 2
    throttling.counter.cache_clear()


def test_a_valkey_that_does_not_answer_costs_little(silent_server: str) -> None:
    counter = throttling.Counter(silent_server)
    connect = redis.Connection.connect
    with patch.object(redis.connection.AbstractConnection, "connect", autospec=True, side_effect=connect) as connected:
        assert counter.count(ids.new_id(), 10) is None
    ((connection,),) = [call.args for call in connected.call_args_list]
    assert connection.socket_timeout == throttling.TIMEOUT_SECONDS
    with patch.object(redis.Redis, "execute_command", autospec=True) as calls:
        for _ in range(1000):
            assert counter.count(ids.new_id(), 10) is None
    assert calls.call_count == 0


def test_counting_takes_one_call() -> None:
    counter, key = throttling.Counter(project.REDIS_URL), ids.new_id()
    counter.count(key, 10)  # Valkey learns the script
    execute = redis.Redis.execute_command
    with patch.object(redis.Redis, "execute_command", autospec=True, side_effect=execute) as calls:
        assert counter.count(key, 10) == throttling.RateLimit(limit=10, used=2, seconds_left=60)
    assert calls.call_count == 1
