import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from bigledger_crm.schedule import services, tasks
from bigledger_crm.schedule.models import JobRun
from bigledger_crm.schedule.services import run_once, slot_of
from bigledger_crm.tenancy.database import connection_of_its_own
from bigledger_crm.testing.threads import at_once

JOB = "sweep-outbox"
NOON = datetime(2024, 1, 15, 12, 0, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_once_in_a_slot_however_often_it_is_asked() -> None:
    done: list[datetime] = []
    with time_machine.travel(NOON, tick=False) as clock:
        assert slot_of(JOB) == NOON.replace(second=0)
        assert [run_once(JOB, lambda: done.append(NOON)) for _ in range(100)] == [True, *[False] * 99]
        clock.shift(timedelta(seconds=7))
        assert run_once(JOB, lambda: done.append(NOON))
    assert len(done) == 2
    assert JobRun.objects.filter(finished_at=None).count() == 0


@pytest.mark.django_db
def test_after_the_clock_was_set_back_each_slot_has_its_run() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            assert run_once(JOB, list)
            clock.shift(timedelta(seconds=10))
        clock.move_to(NOON)
        assert [run_once(JOB, list) for _ in range(3)] == [True, False, False]
        clock.shift(timedelta(seconds=10))
        assert [run_once(JOB, list) for _ in range(2)] == [True, False]
    assert JobRun.objects.filter(job=JOB).count() == 2


@pytest.mark.django_db
def test_another_clock_that_goes_a_little_before_takes_no_second_run() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert run_once(JOB, list)
        clock.shift(timedelta(seconds=10))
        assert run_once(JOB, list)
        clock.shift(timedelta(seconds=-10))
        assert not run_once(JOB, list)


@pytest.mark.django_db
def test_a_run_that_failed_can_be_tried_again() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with time_machine.travel(NOON, tick=False):
        with pytest.raises(ZeroDivisionError):
            run_once(JOB, fail)
        assert run_once(JOB, list)


@pytest.mark.django_db
def test_a_lock_is_free_before_its_connection_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as later:

        @contextmanager
        def kept_open() -> Iterator[BaseDatabaseWrapper]:
            yield later.enter_context(connection_of_its_own())

        monkeypatch.setattr(services, "connection_of_its_own", kept_open)
        with services.only_one("somebody") as first, services.only_one("somebody") as second:
            assert (first, second) == (True, False)
        with services.only_one("somebody") as third:
            assert third


@pytest.mark.django_db
def test_jobs_do_not_stand_in_each_others_way() -> None:
    others: list[bool] = []
    with time_machine.travel(NOON, tick=False):
        assert run_once(JOB, lambda: others.append(run_once("forget-job-runs", list)))
    assert others == [True]


@pytest.mark.usefixtures("committed")
def test_two_beats_at_once() -> None:
    done: list[int] = []
    with time_machine.travel(NOON, tick=False):
        answers, failures = at_once([partial(run_once, JOB, lambda: done.append(1))] * 8)
    assert (sorted(answers), failures) == ([*[False] * 7, True], [])
    assert done == [1]


@pytest.mark.usefixtures("committed")
def test_a_long_run_keeps_the_next_slot_out() -> None:
    running, checked = threading.Event(), threading.Event()
    outcome: list[bool] = []

    def long() -> None:
        running.set()
        assert checked.wait(300)

    def other() -> bool:
        assert running.wait(300)
        clock.shift(timedelta(seconds=10))
        outcome.append(run_once(JOB, list))
        checked.set()
        return outcome[0]

    with time_machine.travel(NOON, tick=False) as clock:
        assert at_once([lambda: run_once(JOB, long), other])[1] == []
        assert outcome == [False]
        assert run_once(JOB, list), "the lock is free again"


@pytest.mark.django_db
def test_old_runs_are_forgotten() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        run_once(JOB, list)
        clock.shift(services.KEPT)
        tasks.forget_job_runs()
    # Checks of the database write a run of their own, by another connection, which stays.
    left = JobRun.objects.filter(slot__gte=NOON - services.KEPT)
    assert list(left.values_list("job", flat=True)) == ["forget-job-runs"]


@pytest.mark.django_db
def test_it_costs_little() -> None:
    with CaptureQueriesContext(connection) as queries:
        run_once(JOB, list)
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 5


def test_an_unknown_job_has_no_slot() -> None:
    with pytest.raises(KeyError):
        slot_of("something")
    assert all(entry["schedule"] >= timedelta(seconds=10) for entry in settings.CELERY_BEAT_SCHEDULE.values())
