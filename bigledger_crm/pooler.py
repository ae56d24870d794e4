"""Connections through a pooler in transaction mode: each transaction may meet another session of the database."""

from typing import Any

from django.db import connection


class OutsideTransactions:
    """True where no transaction is open: rows are then fetched at once, since the next fetch would miss the cursor."""

    def __bool__(self) -> bool:
        return not connection.in_atomic_block


def through(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of a database, without what a session begins with: the pooler's `connect_query` sets that."""
    options = {name: value for name, value in settings["OPTIONS"].items() if name != "options"}
    return {**settings, "OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": OutsideTransactions()}


def is_pooled() -> bool:
    """Whether the connections of this process go through a pooler."""
    return isinstance(connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"), OutsideTransactions)
