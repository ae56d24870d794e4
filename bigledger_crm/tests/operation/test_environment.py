import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError
from pytest_django import Settings

from bigledger_crm import database_environment, database_timeouts, einvoice_environment, environment
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.product_processes import ROOT
from bigledger_crm.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUT = Layout(Path("/srv/books"))
VARIABLES = (
    "DATABASE_URL",
    "DATABASE_DIRECT_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "PUBLIC_URL",
    "PORT",
    "TIME_ZONE",
    "DEFAULT_FROM_EMAIL",
    "LOG_LEVEL",
    "API_RATE_LIMIT",
    "DEBUG",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "TRUSTED_PROXIES",
    "FILES_URL",
    "OUTGOING",
    "MYINVOIS_SIMULATOR_PORT",
    "MYINVOIS_SIMULATOR_URL",
)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_urls_the_embedded_servers_are_used() -> None:
    database = database_environment.database(LAYOUT)
    assert database["HOST"] == "/srv/books/run/sockets/postgres"
    assert (database["USER"], database["NAME"], database["ATOMIC_REQUESTS"]) == ("bigledger", "bigledger", False)
    assert environment.redis_url(LAYOUT) == "unix:///srv/books/run/sockets/valkey/valkey.sock"
    mail = environment.mail(LAYOUT, "secret")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == ("127.0.0.1", LAYOUT.mail_port())
    assert mail["EMAIL_HOST_PASSWORD"] == environment.mail(LAYOUT, "secret")["EMAIL_HOST_PASSWORD"]
    assert mail["EMAIL_HOST_PASSWORD"] != environment.mail(LAYOUT, "another")["EMAIL_HOST_PASSWORD"]
    assert "secret" not in mail["EMAIL_HOST_PASSWORD"]
    assert mail["EMAIL_TIMEOUT"] == environment.MAIL_TIMEOUT_SECONDS


def test_urls_name_servers_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://crm:p%40ss@db.example.com:5433/books?sslmode=require")
    monkeypatch.setenv("EMAIL_URL", "submission://me:secret@mail.example.com?timeout=7")
    database = database_environment.database(LAYOUT)
    assert (database["HOST"], database["PORT"], database["PASSWORD"]) == ("db.example.com", 5433, "p@ss")
    assert (database["OPTIONS"]["sslmode"], database["OPTIONS"]["connect_timeout"]) == ("require", 5)
    assert database["OPTIONS"]["options"].startswith("-c random_page_cost=1.1 -c jit=off ")
    mail = environment.mail(LAYOUT, "secret")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"]) == ("mail.example.com", 587, True)
    assert mail["EMAIL_TIMEOUT"] == 7


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://cache:6379/2", "redis://cache:6379/2"),
        ("unix:///run/my%20valkey.sock?db=3", "redis+socket:///run/my valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_celery_gets_the_broker_in_its_own_spelling(url: str, broker: str) -> None:
    assert environment.celery_broker_url(url) == broker


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/books"),
        ("DATABASE_URL", "books"),
        ("DATABASE_URL", "postgresql://db:port/books"),
        ("DATABASE_DIRECT_URL", "mysql://db/books"),
        ("DATABASE_DIRECT_URL", "postgresql://db/books"),
        ("REDIS_URL", "http://cache"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "unix://"),
        ("WEB_CONNECTIONS_PER_ADDRESS", "0"),
        ("WEB_HEAD_SECONDS", "soon"),
        ("WEB_BODY_SECONDS", "0"),
        ("DATABASE_LOCK_TIMEOUT", "5s"),
        ("DATABASE_STATEMENT_TIMEOUT", "-1"),
        ("DATABASE_BACKGROUND_IDLE_TIMEOUT", "86401"),
        ("EMAIL_URL", "mail.example.com"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.com:many"),
        ("EMAIL_URL", "smtp://mail.example.com?timeout=long"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("BACKUP_URL", "backups"),
        ("BACKUP_URL", "s3:///folder"),
        ("BACKUP_KEEP", "7"),
        ("BACKUP_HOUR", "24"),
        ("BACKUP_RECIPIENT", "age1nobody"),
        ("TIME_ZONE", "Kuala Lumpur"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("LOG_LEVEL", "LOUD"),
        ("MYINVOIS_SIMULATOR_PORT", "on"),
        ("MYINVOIS_SIMULATOR_PORT", "80"),
        ("MYINVOIS_SIMULATOR_URL", "sim.example.com"),
        ("PUBLIC_URL", "crm.example.com"),
        ("PUBLIC_URL", "ftp://crm.example.com"),
        ("PUBLIC_URL", "https://example.com/crm"),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    readers: dict[str, Callable[[], object]] = {
        "DATABASE_URL": lambda: database_environment.database(LAYOUT),
        "DATABASE_DIRECT_URL": lambda: database_environment.database(LAYOUT),
        "WEB_CONNECTIONS_PER_ADDRESS": environment.connections_per_address,
        "WEB_HEAD_SECONDS": environment.request_seconds,
        "WEB_BODY_SECONDS": environment.request_seconds,
        "DATABASE_LOCK_TIMEOUT": database_timeouts.of_requests,
        "DATABASE_STATEMENT_TIMEOUT": database_timeouts.of_requests,
        "DATABASE_BACKGROUND_IDLE_TIMEOUT": database_timeouts.of_background,
        "REDIS_URL": lambda: environment.redis_url(LAYOUT),
        "EMAIL_URL": lambda: environment.mail(LAYOUT, "secret"),
        "PORT": environment.port,
        "BACKUP_URL": lambda: environment.backups(LAYOUT),
        "BACKUP_KEEP": environment.backup_keep,
        "BACKUP_HOUR": environment.backup_hour,
        "BACKUP_RECIPIENT": environment.backup_recipient,
        "TIME_ZONE": environment.time_zone,
        "DEFAULT_FROM_EMAIL": environment.sender,
        "LOG_LEVEL": environment.log_level,
        "MYINVOIS_SIMULATOR_URL": lambda: einvoice_environment.simulator_url(LAYOUT),
        "MYINVOIS_SIMULATOR_PORT": lambda: einvoice_environment.simulator_url(LAYOUT),
        "PUBLIC_URL": lambda: environment.public_url(8000),
    }
    with pytest.raises((ImproperlyConfigured, EnvError)) as refusal:
        readers[name]()
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, f"http://127.0.0.1:{LAYOUT.simulator_port()}"),
        ({"MYINVOIS_SIMULATOR_PORT": "9100"}, "http://127.0.0.1:9100"),
        ({"MYINVOIS_SIMULATOR_PORT": "off"}, ""),
        ({"OUTGOING": "off"}, ""),
        ({"DATABASE_URL": "postgresql://crm@db.example.com/books"}, ""),
        ({"MYINVOIS_SIMULATOR_URL": "https://sim.example.com/"}, "https://sim.example.com"),
        (
            {"DATABASE_URL": "postgresql://crm@db.example.com/books", "MYINVOIS_SIMULATOR_PORT": "9100"},
            "http://127.0.0.1:9100",
        ),
    ],
)
def test_the_simulator_is_beside_the_embedded_database(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], url: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert einvoice_environment.simulator_url(LAYOUT) == url


def test_a_shifted_clock_is_refused_on_a_database_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_shifted", lambda: True)
    database_environment.refuse_shifted_clock(LAYOUT)
    monkeypatch.setenv("DATABASE_URL", LAYOUT.database_url())
    database_environment.refuse_shifted_clock(LAYOUT)
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/books")
    with pytest.raises(ImproperlyConfigured, match="BIGLEDGER_CLOCK works on the embedded database only"):
        database_environment.refuse_shifted_clock(LAYOUT)


def test_a_clock_that_is_no_moment_is_refused_in_one_line() -> None:
    environ = {**os.environ, "BIGLEDGER_CLOCK": "yesterday"}
    check = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environ, capture_output=True, text=True, cwd=ROOT
    )
    assert check.returncode == 1
    assert check.stderr == "BIGLEDGER_CLOCK='yesterday' is not a date and time such as 2024-01-15T09:00:00+08:00\n"


def test_a_data_directory_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="BIGLEDGER_DATA_DIR must be a writable directory"):
        environment.secret(Layout(tmp_path / "file" / "books"))
    kept = environment.secret(Layout(tmp_path / "books"))
    assert environment.secret(Layout(tmp_path / "books")) == kept
    given = secrets.token_hex(16)
    monkeypatch.setenv("SECRET_KEY", given)
    assert environment.secret(Layout(tmp_path / "books")) == given


@pytest.mark.parametrize("weak", ["x", "changeme", "a" * 64, "abcabc" * 10, "0123456789abcdef"])
def test_a_secret_that_can_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    monkeypatch.setenv("SECRET_KEY", weak)
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY must have at least 32 random characters"):
        environment.secret(LAYOUT)
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{secrets.token_urlsafe(64)},{weak}")
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY_FALLBACKS must"):
        environment.secret_fallbacks()
    monkeypatch.setenv("DEBUG", "true")
    assert environment.secret(LAYOUT) == weak


def test_earlier_secrets_are_believed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    old, older, new = (secrets.token_urlsafe(64) for _ in range(3))
    settings.SECRET_KEY = old
    signed = signing.dumps("mine")
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f" {old} , {older},")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, environment.secret_fallbacks()
    assert [old, older] == settings.SECRET_KEY_FALLBACKS
    assert signing.loads(signed) == "mine"
    monkeypatch.delenv("SECRET_KEY_FALLBACKS")
    settings.SECRET_KEY_FALLBACKS = environment.secret_fallbacks()
    with pytest.raises(signing.BadSignature):
        signing.loads(signed)


def test_trusted_proxies_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.trusted_proxies() == []
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1")
    assert [str(network) for network in environment.trusted_proxies()] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]
    monkeypatch.setenv("TRUSTED_PROXIES", "nginx")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES='nginx' must be networks"):
        environment.trusted_proxies()


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " crm.example.com, ,www.example.com ")
    assert environment.names("ALLOWED_HOSTS") == ["crm.example.com", "www.example.com"]


@pytest.mark.parametrize(
    ("text", "limit"), [(None, 3000), ("100", 100), ("600/minute", 600), ("0", 0), ("0/minute", 0), ("off", 0)]
)
def test_the_rate_limit(monkeypatch: pytest.MonkeyPatch, text: str | None, limit: int) -> None:
    if text is not None:
        monkeypatch.setenv("API_RATE_LIMIT", text)
    assert environment.rate_limit() == limit


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "100/hour", "on", "99999999", " 100", "١٠٠"])
def test_a_rate_limit_that_makes_no_sense(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("API_RATE_LIMIT", text)
    with pytest.raises(ImproperlyConfigured, match="API_RATE_LIMIT"):
        environment.rate_limit()


def test_files_can_go_to_an_object_store(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.files() == {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    monkeypatch.setattr(environment, "find_spec", lambda name: object())
    monkeypatch.setenv("FILES_URL", "s3://books/crm?region=ap-southeast-1&endpoint=https://s3.example.com")
    options = environment.files()["OPTIONS"]
    assert (options["bucket_name"], options["location"], options["region_name"], options["endpoint_url"]) == (
        "books",
        "crm",
        "ap-southeast-1",
        "https://s3.example.com",
    )
    for wrong in ("gs://books", "s3:///crm", "s3://books?bucket=x"):
        monkeypatch.setenv("FILES_URL", wrong)
        with pytest.raises(ImproperlyConfigured, match="FILES_URL must be"):
            environment.files()
    monkeypatch.setenv("FILES_URL", "s3://books")
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="requirements-s3"):
        environment.files()


def test_a_token_that_can_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("METRICS_TOKEN", raising=False)
    assert environment.metrics_token() == ""
    monkeypatch.setenv("METRICS_TOKEN", "x" * 20)
    assert environment.metrics_token() == "x" * 20
    monkeypatch.setenv("METRICS_TOKEN", "x" * 19)
    with pytest.raises(ImproperlyConfigured, match="METRICS_TOKEN must have at least 20 characters"):
        environment.metrics_token()
