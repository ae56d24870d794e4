from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from bigledger_crm import database_environment, database_timeouts, pooler
from bigledger_crm.embedded.paths import Layout

LAYOUT = Layout(Path("/srv/books"))


def test_only_commands_pass_by_a_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://crm@pooler:6432/bigledger")
    monkeypatch.setenv("DATABASE_DIRECT_URL", "postgresql://crm@db:5432/books")
    pooled = database_environment.database(LAYOUT)
    assert (pooled["HOST"], pooled["NAME"]) == ("pooler", "bigledger")
    assert "options" not in pooled["OPTIONS"]
    assert pooled["DISABLE_SERVER_SIDE_CURSORS"]
    monkeypatch.setattr(database_timeouts, "_is_command", True)
    direct = database_environment.database(LAYOUT)
    assert (direct["HOST"], direct["NAME"]) == ("db", "books")
    assert "lock_timeout" in direct["OPTIONS"]["options"]
    assert not direct["DISABLE_SERVER_SIDE_CURSORS"]


@pytest.mark.django_db
def test_a_cursor_of_the_database_is_used_inside_a_transaction_only() -> None:
    assert connection.in_atomic_block
    assert not pooler.OutsideTransactions()


def test_a_replica_is_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_REPLICA_URL", raising=False)
    assert list(database_environment.databases(LAYOUT)) == ["default"]
    monkeypatch.setenv("DATABASE_REPLICA_URL", "postgresql://crm@standby:5432/books")
    replica = database_environment.databases(LAYOUT)["replica"]
    assert (replica["HOST"], replica["OPTIONS"]["connect_timeout"]) == ("standby", 2)
    monkeypatch.setenv("DATABASE_REPLICA_URL", "standby")
    with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL must begin with postgresql"):
        database_environment.databases(LAYOUT)
