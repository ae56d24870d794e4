"""Typed readers of the environment: each gives a value that can be used, or refuses nonsense in one line."""

import re
from datetime import timedelta
from email.headerregistry import Address
from email.utils import parseaddr
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured
from marshmallow.validate import OneOf, Range

from bigledger_crm import log_settings
from bigledger_crm.backup import encryption, retention
from bigledger_crm.embedded import secret_key
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.environment_files import Environment
from bigledger_crm.kernel import network

MAIL_SCHEMES = ("smtp", "submission", "console", "file", "dummy")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MAIL_TIMEOUT_SECONDS = 20
SHORTEST_SECRET, FEWEST_CHARACTERS = 32, 8
env = Environment()


def secret(layout: Layout) -> str:
    """SECRET_KEY, else one that is made on first use and kept in the data directory."""
    if given := env.str("SECRET_KEY", ""):
        return _strong("SECRET_KEY", given)
    try:
        return secret_key.read_or_create(layout.secret_key)
    except OSError as error:
        raise ImproperlyConfigured(
            f"BIGLEDGER_DATA_DIR must be a writable directory; {layout.data} is not: {error}"
        ) from error


def secret_fallbacks() -> list[str]:
    """SECRET_KEY_FALLBACKS: earlier keys, separated by commas, whose signatures are still believed."""
    return [_strong("SECRET_KEY_FALLBACKS", key) for key in names("SECRET_KEY_FALLBACKS")]


def _strong(variable: str, key: str) -> str:
    """Whoever guesses it signs in as anybody.  Only with DEBUG anything goes."""
    if not env.bool("DEBUG", False) and (len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_CHARACTERS):
        raise ImproperlyConfigured(
            f"{variable} must have at least {SHORTEST_SECRET} random characters; for example the output of:  "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    return key


def redis_url(layout: Layout) -> str:
    """The broker's URL for redis-py: REDIS_URL, else the embedded Valkey."""
    url = env.str("REDIS_URL", "") or layout.redis_url()
    parts = urlsplit(url)
    if (parts.scheme == "unix" and parts.path) or (parts.scheme in ("redis", "rediss") and parts.hostname):
        return url
    raise ImproperlyConfigured("REDIS_URL must be redis://HOST…, rediss://HOST… or unix:///PATH")


def celery_broker_url(url: str) -> str:
    """The same URL as Celery writes it, which has another scheme and parameter for a Unix socket."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database_number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{unquote(parts.path)}?virtual_host={database_number}"


def mail(layout: Layout, secret: str) -> dict[str, Any]:
    """Django's EMAIL_ settings for EMAIL_URL, else for the capture of the one-machine default."""
    password = secret_key.password_for("mail capture", secret)
    capture = f"smtp://bigledger:{password}@127.0.0.1:{layout.mail_port()}"
    url = env.str("EMAIL_URL", "") or capture
    parts = urlsplit(url)
    if parts.scheme not in MAIL_SCHEMES:
        raise ImproperlyConfigured(f"EMAIL_URL must begin with one of {', '.join(MAIL_SCHEMES)} and ://")
    try:
        settings: dict[str, Any] = dict(env.dj_email_url("EMAIL_URL", url))
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL can't be read: {error}") from error
    if parts.scheme in ("smtp", "submission") and not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL names no host: smtp://USER:PASSWORD@HOST:PORT")
    settings["EMAIL_TIMEOUT"] = settings["EMAIL_TIMEOUT"] or MAIL_TIMEOUT_SECONDS
    return settings


def sender() -> str:
    """DEFAULT_FROM_EMAIL: the address that emails are sent from."""
    text = env.str("DEFAULT_FROM_EMAIL", "BigLedger CRM <no-reply@localhost>")
    try:
        Address(addr_spec=parseaddr(text)[1])
    except (ValueError, IndexError) as error:
        raise ImproperlyConfigured(f"DEFAULT_FROM_EMAIL={text!r} is not an email address") from error
    return text


def public_url(port: int) -> str:
    """PUBLIC_URL: the URL that people use, without a final slash; by default this machine's."""
    url = env.str("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"PUBLIC_URL={url!r} is not a URL such as https://crm.example.com")
    return url


def time_zone() -> str:
    """TIME_ZONE: the default time zone, by its IANA name."""
    name = env.str("TIME_ZONE", "UTC")
    if name not in available_timezones():
        raise ImproperlyConfigured(f"TIME_ZONE={name!r} is not a time zone such as Asia/Kuala_Lumpur")
    return name


def port() -> int:
    """PORT: where the web server listens."""
    return env.int("PORT", 8000, validate=Range(1, 65535))


def connections_per_address() -> int:
    """WEB_CONNECTIONS_PER_ADDRESS: how many connections one address may hold open to a process of the web server."""
    return env.int("WEB_CONNECTIONS_PER_ADDRESS", 256, validate=Range(1, 800))


def request_seconds() -> tuple[int, int]:
    """WEB_HEAD_SECONDS, WEB_BODY_SECONDS: how long a client may take to send a request's head, and its body."""
    head = env.int("WEB_HEAD_SECONDS", 15, validate=Range(1, 3600))
    return head, env.int("WEB_BODY_SECONDS", 30, validate=Range(1, 3600))


def resend_seconds() -> int:
    """BIGLEDGER_UNKNOWN_RESEND_SECONDS: the wait before an email of unknown outcome is sent again, in seconds."""
    return env.int("BIGLEDGER_UNKNOWN_RESEND_SECONDS", 900, validate=Range(1, 86_400))


def emails_per_hour() -> int:
    """BIGLEDGER_MAILS_PER_HOUR: how many emails a company may send within an hour; 0 for no limit."""
    return env.int("BIGLEDGER_MAILS_PER_HOUR", 200, validate=Range(0, 1_000_000))


def rate_limit() -> int:
    """API_RATE_LIMIT: how many requests a key may send in a minute, such as 3000 or 3000/minute; 0 for off."""
    text = env.str("API_RATE_LIMIT", "3000")
    found = re.fullmatch(r"([0-9]{1,7})(/minute)?|off", text)
    if not found:
        raise ImproperlyConfigured(f"API_RATE_LIMIT={text!r} is neither a number a minute, such as 3000, nor off")
    return int(found[1] or 0)


def outgoing() -> bool:
    """OUTGOING: whether emails and webhooks may leave; off keeps them queued."""
    return env.bool("OUTGOING", True)


def metrics_token() -> str:
    """METRICS_TOKEN: who has it may read /metrics and /readyz?full from elsewhere; without one nobody may."""
    token = env.str("METRICS_TOKEN", "")
    if token and len(token) < 20:
        raise ImproperlyConfigured("METRICS_TOKEN must have at least 20 characters")
    return token


def session_idle() -> timedelta:
    """SESSION_IDLE_HOURS: how long a person stays signed in without opening a page."""
    return timedelta(hours=env.int("SESSION_IDLE_HOURS", 12, validate=Range(1, 8_760)))


def webhooks_allow_private() -> bool:
    """WEBHOOK_ALLOW_PRIVATE: whether webhooks may go to private addresses, and by http."""
    return env.bool("WEBHOOK_ALLOW_PRIVATE", False)


def trusted_proxies() -> list[network.Network]:
    """TRUSTED_PROXIES: the networks of the proxies whose X-Forwarded-For is believed."""
    text = env.str("TRUSTED_PROXIES", "")
    try:
        return network.read_networks(text)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES={text!r} must be networks such as 10.0.0.0/8,::1, separated by commas: {error}"
        ) from error


def pdf_archive() -> bool:
    """PDF_ARCHIVE: whether PDFs are made for archives (PDF/A-3a) rather than as PDF/UA-1."""
    return env.bool("PDF_ARCHIVE", False)


def files() -> dict[str, Any]:
    """Django's storage of PDFs and attachments: FILES_URL, else the files/ of the data directory.

    s3://BUCKET/FOLDER?region=…&endpoint=https://…; the keys come from where boto3 looks for them.
    """
    url = env.str("FILES_URL", "")
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    return _bucket("FILES_URL", url)


def _bucket(variable: str, url: str) -> dict[str, Any]:
    parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
    if parts.scheme != "s3" or not parts.netloc or options.keys() - {"region", "endpoint"}:
        raise ImproperlyConfigured(f"{variable} must be s3://BUCKET/FOLDER?region=REGION&endpoint=https://HOST")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(f"{variable} needs more packages: pip install -r requirements-s3.txt")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "region_name": options.get("region", [None])[0],
            "endpoint_url": options.get("endpoint", [None])[0],
            "file_overwrite": False,
            "max_memory_size": 8 * 1024 * 1024,  # of a file that is read; what is larger goes through the disk
        },
    }


def backups(layout: Layout) -> dict[str, Any] | None:
    """Django's storage of BACKUP_URL: a directory, s3://… as in FILES_URL, else backups/ of the data directory.

    None for `off`: no backup is made without being asked for.
    """
    url = env.str("BACKUP_URL", "") or str(layout.backups)
    if url == "off":
        return None
    if url.startswith("s3://"):
        return _bucket("BACKUP_URL", url)
    if not url.startswith("/"):
        raise ImproperlyConfigured("BACKUP_URL must be a directory such as /srv/backups, s3://BUCKET/FOLDER…, or off")
    options = {"location": url, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


def backup_keep() -> retention.Keep:
    """BACKUP_KEEP: how many days, weeks and months keep their newest backup."""
    text = env.str("BACKUP_KEEP", "7,4,12")
    try:
        return retention.read_keep(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"BACKUP_KEEP={text!r} must be {error}") from error


def backup_hour() -> int:
    """BACKUP_HOUR: the hour of TIME_ZONE in which the nightly backup is made."""
    return env.int("BACKUP_HOUR", 2, validate=Range(0, 23))


def backup_recipient() -> str:
    """BACKUP_RECIPIENT: the public key (age1…) that backups are encrypted for; without one they are not encrypted."""
    text = env.str("BACKUP_RECIPIENT", "")
    try:
        return encryption.read_recipient(text) if text else ""
    except ValueError as error:
        raise ImproperlyConfigured(f"BACKUP_RECIPIENT: {error}") from error


def log_level() -> str:
    """LOG_LEVEL: the least that is logged."""
    return env.str("LOG_LEVEL", "INFO", validate=OneOf(LOG_LEVELS))


def log_format() -> str:
    """LOG_FORMAT: text for people, json for programs that gather logs."""
    return env.str("LOG_FORMAT", "text", validate=OneOf(tuple(log_settings.FORMATS)))


def names(variable: str) -> list[str]:
    """A list of names, separated by commas."""
    return [name for item in env.str(variable, "").split(",") if (name := item.strip())]
