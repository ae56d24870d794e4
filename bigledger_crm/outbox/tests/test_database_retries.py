"""What became of a conversation is written down when the database is there again."""

import pytest
from django.db import OperationalError, connection

from bigledger_crm.outbox import database_retries


@pytest.mark.usefixtures("committed")
def test_it_is_written_once_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_retries, "PAUSE_SECONDS", 0)
    calls: list[int] = []

    def note() -> None:
        calls.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())" if len(calls) < 3 else "SELECT 1")

    database_retries.retry_while_database_restarts(note)
    assert len(calls) == 3


@pytest.mark.usefixtures("committed")
def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_retries, "PATIENCE_SECONDS", -1)

    def note() -> None:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        database_retries.retry_while_database_restarts(note)
