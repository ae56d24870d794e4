"""Checks of a company's books, which operators ask for and workers do."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from bigledger_crm.kernel import clock
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.tests.admin.pages import admin_url, audited, choose, text_of
from invoicing import tasks
from invoicing.integrity import books_check
from invoicing.models import BooksCheck
from invoicing.services import books_checks
from invoicing.tests.tampering import tamper


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that a worker was asked for."""
    found: list[str] = []
    monkeypatch.setattr(books_checks, "notify_worker", lambda pk, task: found.append(f"{task} {pk}"))
    return found


def ask(operator: Client, capture: Any) -> BooksCheck:
    """Adds a check on the page; what it leads to is shown."""
    with capture(execute=True):
        answer = operator.post(admin_url(BooksCheck, "add"), {"_save": "Save"})
    assert answer.status_code == 302
    check = BooksCheck.unscoped.latest("requested_at")
    assert answer["Location"] == admin_url(BooksCheck, "change", check.pk)
    return check


def shown(operator: Client, check: BooksCheck) -> str:
    return text_of(operator.get(admin_url(BooksCheck, "change", check.pk)))


def test_the_books_of_the_chosen_company_are_checked_once(
    operator: Client, our: Tenant, their: Tenant, asked: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    choose(operator, our.company)
    assert "recomputes all balances" in text_of(operator.get(admin_url(BooksCheck, "add")))
    check = ask(operator, django_capture_on_commit_callbacks)
    assert check.company == our.company
    assert audited("books_check.requested", our.company).subjects == [check.pk]
    assert "Waiting for a worker" in shown(operator, check)
    assert ask(operator, django_capture_on_commit_callbacks) == check, "one at a time"
    assert asked == [f"{books_checks.TASK} {check.pk}"] * 2, "a notification that was lost is sent again"
    assert tasks.check_books.name == books_checks.TASK
    tasks.check_books(str(check.pk))
    page = shown(operator, check)
    assert "The books are correct" in page
    assert "2 customers" in page
    done = BooksCheck.unscoped.get(pk=check.pk).finished_at
    tasks.check_books(str(check.pk))
    assert BooksCheck.unscoped.get(pk=check.pk).finished_at == done
    assert not BooksCheck.unscoped.filter(company=their.company).exists()


def test_differences_are_kept_up_to_a_number(
    operator: Client,
    our: Tenant,
    asked: list[str],
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(books_check, "KEPT_FINDINGS", 1)
    tamper("UPDATE customers_customer SET current_balance = current_balance + 1")
    choose(operator, our.company)
    check = ask(operator, django_capture_on_commit_callbacks)
    tasks.check_books(str(check.pk))
    check.refresh_from_db()
    assert check.differences >= 2
    assert len(check.findings) == 1
    page = shown(operator, check)
    assert "Differences were found" in page
    assert escape(check.findings[0]) in page


def test_a_check_that_comes_to_no_end_says_so(
    operator: Client,
    our: Tenant,
    asked: list[str],
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(operator, our.company)
    check = ask(operator, django_capture_on_commit_callbacks)

    def fail(_company: Any) -> Any:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(books_check, "find_discrepancies", fail)
    with pytest.raises(ZeroDivisionError):
        tasks.check_books(str(check.pk))
    check.refresh_from_db()
    assert (check.error, check.finished_at is not None) == ("ZeroDivisionError: by zero", True)
    assert "Came to no end" in shown(operator, check)


def test_a_worker_that_was_killed_stops_no_later_check(
    operator: Client, our: Tenant, asked: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    choose(operator, our.company)
    check = ask(operator, django_capture_on_commit_callbacks)
    BooksCheck.unscoped.filter(pk=check.pk).update(started_at=clock.now())
    assert "Running" in shown(operator, check)
    assert ask(operator, django_capture_on_commit_callbacks) == check
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert "Came to no end" in shown(operator, check)
        other = ask(operator, django_capture_on_commit_callbacks)
    assert other != check
    check.refresh_from_db()
    assert check.error == books_checks.STOPPED


def test_the_last_ones_are_kept(
    operator: Client,
    our: Tenant,
    asked: list[str],
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(books_checks, "KEPT", 2)
    choose(operator, our.company)
    made = []
    for _ in range(3):
        made.append(ask(operator, django_capture_on_commit_callbacks))
        books_checks.give_up_books_check(made[-1].pk, "")
    assert set(BooksCheck.unscoped.all()) == set(made[1:])


def test_without_a_chosen_company_none_is_added(operator: Client, our: Tenant) -> None:
    assert operator.post(admin_url(BooksCheck, "add"), {"_save": "Save"})["Location"].startswith("/admin/company/")
    assert not BooksCheck.unscoped.exists()
