"""Doing things at the same moment, on real threads with connections of their own."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TypeVar

from django.db import connection

from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope

Result = TypeVar("Result")
PATIENCE_SECONDS = 300


def until(condition: Callable[[], bool]) -> None:
    """Waits until another thread has made `condition` true; fails when it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came to it"
        time.sleep(0.005)


def at_once(
    calls: Sequence[Callable[[], Result]], *, company: Company | None = None
) -> tuple[list[Result], list[BaseException]]:
    """Lets each call run in a thread, all from the same moment on, and tells what they returned and raised.

    They run in the scope of `company`, where it is given.  For tests with the `committed` fixture.
    """
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            with company_scope(company) if company is not None else nullcontext():
                return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
    failures = [error for future in futures if (error := future.exception()) is not None]
    return [future.result() for future in futures if future.exception() is None], failures


def kinds(failures: Sequence[BaseException]) -> set[type[BaseException]]:
    """The classes of errors."""
    return {type(failure) for failure in failures}


def wait_for_a_waiting_lock() -> None:
    """Until somebody waits for a row that this connection has locked."""
    with connection.cursor() as cursor:

        def is_waited_for() -> bool:
            # Not pg_stat_activity: in a transaction it stays as it was when it was read first.
            cursor.execute(
                "SELECT EXISTS"
                " (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            return bool(cursor.fetchone() == (True,))

        until(is_waited_for)
