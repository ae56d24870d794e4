"""How long connections wait for the database: those of requests little, those of commands and workers long."""

from typing import Any, NamedTuple

from marshmallow.validate import Range

from bigledger_crm.environment_files import Environment

env = Environment()
_serves_requests = _is_command = False
# A machine that went away without a word is noticed within a minute; Unix sockets ignore all of these.
KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


class Timeouts(NamedTuple):
    """In seconds, 0 for no limit: a wait for a lock, a statement, a pause inside a transaction."""

    lock: int
    statement: int
    idle: int

    def options(self) -> str:
        """The settings that a session begins with."""
        return (
            f"-c lock_timeout={self.lock}s -c statement_timeout={self.statement}s "
            f"-c idle_in_transaction_session_timeout={self.idle}s"
        )


def serve_requests() -> None:
    """From now on this process is the web server; to be called before its settings are read."""
    global _serves_requests
    _serves_requests = True


def serves_requests() -> bool:
    """Whether this process is the web server."""
    return _serves_requests


def run_command() -> None:
    """From now on this process is a command of manage.py; to be called before its settings are read."""
    global _is_command
    _is_command = True


def is_command() -> bool:
    """Whether this process is a command of manage.py."""
    return _is_command


def of_requests() -> Timeouts:
    """DATABASE_LOCK_TIMEOUT, DATABASE_STATEMENT_TIMEOUT and DATABASE_IDLE_TIMEOUT."""
    return Timeouts(
        _seconds("DATABASE_LOCK_TIMEOUT", 5),
        _seconds("DATABASE_STATEMENT_TIMEOUT", 30),
        _seconds("DATABASE_IDLE_TIMEOUT", 60),
    )


def of_background() -> Timeouts:
    """The same for commands (migrate, check_books), workers, and files of whole lists: DATABASE_BACKGROUND_…"""
    return Timeouts(
        _seconds("DATABASE_BACKGROUND_LOCK_TIMEOUT", 60),
        _seconds("DATABASE_BACKGROUND_STATEMENT_TIMEOUT", 3600),
        _seconds("DATABASE_BACKGROUND_IDLE_TIMEOUT", 600),
    )


def connection_options(given: dict[str, Any]) -> dict[str, Any]:
    """The options of connections of this process; what DATABASE_URL says in its query comes first."""
    timeouts = of_requests() if _serves_requests else of_background()
    # Lists read a few rows out of many: an index is the way on any disk of today, and compiling queries never pays.
    ours = f"-c random_page_cost=1.1 -c jit=off {timeouts.options()}"
    return {"connect_timeout": 5, **KEEPALIVES, **given, "options": f"{ours} {given.get('options', '')}".strip()}


def _seconds(name: str, default: int) -> int:
    return env.int(name, default, validate=Range(0, 86_400))
