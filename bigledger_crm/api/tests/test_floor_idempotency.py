"""Idempotency-Key: one effect, one answer."""

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from pytest import MonkeyPatch

from bigledger_crm.api import idempotency
from bigledger_crm.api.models import IdempotencyRecord
from bigledger_crm.api.tasks import forget_idempotency_answers
from bigledger_crm.api.tests import floor_urls
from bigledger_crm.api.tests.floor_urls import add_mail
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import Answer, ApiClient

pytestmark = pytest.mark.urls("bigledger_crm.api.tests.floor_urls")
KEY = {"Idempotency_Key": "order-4711"}


def _mails() -> int:
    return OutboxEmail.unscoped.count()


def _answers() -> int:
    return IdempotencyRecord.unscoped.count()


def test_the_second_request_gets_the_first_answer(api: ApiClient) -> None:
    first = api.post("/mails", {"subject": "a", "attempts": 1}, **KEY)
    second = api.post("/mails", {"subject": "a", "attempts": 1}, **KEY)
    assert (first.status, _mails()) == (201, 1)
    assert (second.status, second.text) == (first.status, first.text)
    for header in ("Location", "ETag", "Content-Type", "Cache-Control", "Vary"):
        assert second.headers[header] == first.headers[header], header
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]


def test_both_prefixes_and_a_trailing_slash_are_one_address(api: ApiClient) -> None:
    first = api.post("/api/v1/mails", {"subject": "a"}, **KEY)
    assert api.post("/v1/mails/", {"subject": "a"}, **KEY).text == first.text
    assert _mails() == 1


def test_a_key_serves_one_request_only(api: ApiClient, company: Company) -> None:
    api.post("/mails", {"subject": "a"}, **KEY)
    mail = add_mail(system_actor(company), "b")
    for other in (api.post("/mails", {"subject": "b"}, **KEY), api.post(f"/mails/{mail.public_id}/touch", **KEY)):
        assert (other.status, other.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    mail.refresh_from_db()
    assert (_mails(), mail.attempts) == (2, 0)


def test_companies_do_not_share_keys(api: ApiClient, stranger_api: ApiClient) -> None:
    first = api.post("/mails", {"subject": "a"}, **KEY)
    other = stranger_api.post("/mails", {"subject": "a"}, **KEY)
    assert other.status == 201
    assert other.data["id"] != first.data["id"]


def test_a_refusal_is_replayed_too(api: ApiClient) -> None:
    first = api.post("/mails", {"subject": "conflict"}, **KEY)
    second = api.post("/mails", {"subject": "conflict"}, **KEY)
    assert (first.status, second.status, second.text) == (409, 409, first.text)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert _mails() == 0


def test_a_crash_is_not_kept_and_leaves_nothing(api: ApiClient) -> None:
    assert api.post("/mails", {"subject": "crash"}, **KEY).status == 500
    assert (_mails(), _answers()) == (0, 0)
    assert api.post("/mails", {"subject": "not again"}, **KEY).status == 201


@pytest.mark.parametrize(
    "cause", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, psycopg.errors.LockNotAvailable]
)
def test_losing_to_somebody_else_is_not_kept(
    api: ApiClient, monkeypatch: MonkeyPatch, cause: type[psycopg.Error]
) -> None:
    def lose(*arguments: object) -> object:
        raise OperationalError("lost") from cause()

    with monkeypatch.context() as once:
        once.setattr(floor_urls, "add_mail", lose)
        answer = api.post("/mails", {"subject": "a"}, **KEY)
    assert (answer.status, answer.error["code"], answer.headers["Retry-After"]) == (409, "CONCURRENT_UPDATE", "1")
    again = api.post("/mails", {"subject": "a"}, **KEY)
    assert (again.status, "Idempotent-Replayed" in again.headers, _mails()) == (201, False, 1)


def test_a_failed_precondition_is_not_kept(api: ApiClient, company: Company) -> None:
    path = f"/mails/{add_mail(system_actor(company), 'a').public_id}"
    assert api.post(f"{path}/touch", If_Match='"old"', **KEY).status == 412
    current = api.get(path).headers["ETag"]
    touched = api.post(f"{path}/touch", If_Match=current, **KEY)
    assert (touched.status, touched.data["attempts"]) == (200, 1)


def test_an_answer_is_kept_for_24_hours(api: ApiClient) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        first = api.post("/mails", {"subject": "a"}, **KEY)
        now.shift(timedelta(hours=24) - timedelta(seconds=1))
        assert api.post("/mails", {"subject": "a"}, **KEY).text == first.text
        now.shift(timedelta(seconds=1))
        later = api.post("/mails", {"subject": "b"}, **KEY)
        assert (later.status, "Idempotent-Replayed" in later.headers) == (201, False)
        assert (_mails(), _answers()) == (2, 1)


def test_answers_that_are_no_longer_kept_are_deleted(api: ApiClient, stranger_api: ApiClient) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        api.post("/mails", {"subject": "a"}, **KEY)
        stranger_api.post("/mails", {"subject": "a"}, **KEY)
        now.shift(timedelta(hours=1))
        kept = api.post("/mails", {"subject": "b"}, Idempotency_Key="another")
        now.shift(timedelta(hours=23))
        forget_idempotency_answers()
        assert _answers() == 1
        assert api.post("/mails", {"subject": "b"}, Idempotency_Key="another").text == kept.text


@pytest.mark.parametrize("key", ["", "a b", "é", "a" * 256])
def test_a_key_has_a_form(api: ApiClient, key: str) -> None:
    answer = api.post("/mails", {"subject": "a"}, Idempotency_Key=key)
    assert (answer.status, answer.error["code"], _mails()) == (400, "IDEMPOTENCY_KEY_INVALID", 0)


def test_a_key_of_a_running_request_is_busy(committed: None, api: ApiClient, company: Company) -> None:
    held, release = threading.Event(), threading.Event()

    def first_request() -> None:
        with transaction.atomic():
            assert idempotency._lock(company.pk, "order-4711")
            held.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=first_request)
    thread.start()
    assert held.wait(10)
    busy = api.post("/mails", {"subject": "a"}, **KEY)
    release.set()
    thread.join()
    assert (busy.status, busy.error["code"], busy.headers["Retry-After"]) == (409, "IDEMPOTENCY_IN_PROGRESS", "1")
    assert api.post("/mails", {"subject": "a"}, **KEY).status == 201


def test_ten_at_once_have_one_effect(committed: None, api: ApiClient, company: Company) -> None:
    start = threading.Barrier(10)

    def post() -> Answer:
        start.wait(10)
        return api.post("/mails", {"subject": "a"}, **KEY)

    answers = _in_threads(10, post)
    created = {answer.text for answer in answers if answer.status == 201}
    busy = [answer.error["code"] for answer in answers if answer.status != 201]
    assert (_mails(), len(created)) == (1, 1)
    assert set(busy) <= {"IDEMPOTENCY_IN_PROGRESS"}


def _in_threads(count: int, work: Callable[[], Answer]) -> list[Answer]:
    results: list[Answer] = []

    def run() -> None:
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results
