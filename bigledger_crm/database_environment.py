"""The variables that lead to the database."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from bigledger_crm import database_timeouts, pooler
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.environment_files import Environment, is_given

try:
    from bigledger_crm.kernel import clock
except ValueError as error:  # it reads BIGLEDGER_CLOCK once, when it is imported
    raise ImproperlyConfigured(f"{error}") from error

env = Environment()
REPLICA_CONNECT_SECONDS = 2  # libpq's least; the database itself is there for who doesn't get it


def databases(layout: Layout) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: the database, and its replica where DATABASE_REPLICA_URL names one."""
    url = env.str("DATABASE_REPLICA_URL", "")
    if not url:
        return {"default": database(layout)}
    replica = _database("DATABASE_REPLICA_URL", url)
    replica["OPTIONS"]["connect_timeout"] = REPLICA_CONNECT_SECONDS
    return {"default": database(layout), "replica": replica}


def database(layout: Layout) -> dict[str, Any]:
    """Django's settings of the database in DATABASE_URL, else of the embedded one.

    With DATABASE_DIRECT_URL that is a pooler in transaction mode, and commands pass it by.
    """
    direct = direct_database()
    if direct is None:
        return _database("DATABASE_URL", env.str("DATABASE_URL", "") or layout.database_url())
    if not is_given("DATABASE_URL"):
        raise ImproperlyConfigured("DATABASE_DIRECT_URL goes with a DATABASE_URL that leads to a pooler")
    if database_timeouts.is_command():
        return direct
    return pooler.through(_database("DATABASE_URL", env.str("DATABASE_URL")))


def direct_database() -> dict[str, Any] | None:
    """The same for DATABASE_DIRECT_URL: the database itself, where DATABASE_URL leads to a pooler; else None."""
    url = env.str("DATABASE_DIRECT_URL", "")
    return _database("DATABASE_DIRECT_URL", url) if url else None


def _database(variable: str, url: str) -> dict[str, Any]:
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{variable} must begin with postgresql://; no other database is supported")
    settings: dict[str, Any] = dict(env.dj_db_url(variable, url))
    options = settings.pop("OPTIONS", {})
    # Where the socket's directory is given as ?host=, Django's own commands look for it in HOST.
    settings["HOST"] = options.pop("host", settings["HOST"])
    settings["OPTIONS"] = database_timeouts.connection_options(options)
    return {**settings, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


def refuse_shifted_clock(layout: Layout) -> None:
    """Raises ImproperlyConfigured when BIGLEDGER_CLOCK is set for a database that isn't the embedded one."""
    url = env.str("DATABASE_URL", "")
    if clock.is_shifted() and url not in ("", layout.database_url()):
        raise ImproperlyConfigured("BIGLEDGER_CLOCK works on the embedded database only: unset it or DATABASE_URL")
