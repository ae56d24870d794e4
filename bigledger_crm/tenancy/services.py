"""Making companies and API keys."""

import hashlib
import re
import secrets
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.permissions import SCOPES
from bigledger_crm.tenancy.security import COMMAND_LINE, Author, record

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KEY_FORM = re.compile(r"bl_live_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}")


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode("ascii"))
    digits = ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        digits = _ALPHABET[rest] + digits
    return digits


def _new_key() -> str:
    body = "bl_live_" + "".join(secrets.choice(_ALPHABET) for _ in range(32))
    return f"{body}_{_checksum(body)}"


def is_well_formed_key(text: str) -> bool:
    """Whether `text` has the form and checksum of a key: a typing mistake is seen without the database."""
    return bool(_KEY_FORM.fullmatch(text)) and _checksum(text[:-7]) == text[-6:]


def hash_key(text: str) -> str:
    """What is stored of a key.  The key itself has 190 random bits, so a plain SHA-256 is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


MAX_KEY_NAME = 100


def check_api_key(name: str, scopes: Sequence[str]) -> list[FieldError]:
    """The errors of the name and the scopes of a key."""
    errors = []
    if not scopes or any(scope not in SCOPES for scope in scopes):
        errors += field_error("scopes", f"Choose from: {', '.join(SCOPES)}" if scopes else "Choose at least one")
    if not clean_line(name):
        errors += field_error("name", "This field is required")
    elif len(clean_line(name)) > MAX_KEY_NAME:
        errors += field_error("name", f"At most {MAX_KEY_NAME} characters")
    return errors


@transaction.atomic
def create_api_key(
    companies: Sequence[Company],
    *,
    name: str,
    scopes: Sequence[str] = ("read", "write"),
    expires_at: datetime | None = None,
    by: Author = COMMAND_LINE,
) -> tuple[ApiKey, str]:
    """A new key for these companies and its secret text, which can't be shown again.

    Raises InvalidData with every failing field.
    """
    if errors := check_api_key(name, scopes):
        raise InvalidData("API key", errors)
    secret = _new_key()
    key = ApiKey.objects.create(
        name=clean_line(name), hash=hash_key(secret), last_four=secret[-4:], scopes=list(scopes), expires_at=expires_at
    )
    key.companies.set(companies)
    _record("security.api_key_created", key, by)
    return key, secret


@transaction.atomic
def rotate_api_key(key: ApiKey, grace: timedelta, by: Author) -> tuple[ApiKey, str]:
    """A new secret text for a key, which stays the same in everything else; the old one works as long as `grace`.

    A key has two secrets at most: one that is rotated before stops at once.
    """
    stored = ApiKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    secret = _new_key()
    stored.previous_hash, stored.previous_expires_at = stored.hash, clock.now() + grace
    stored.hash, stored.last_four = hash_key(secret), secret[-4:]
    stored.save(update_fields=["previous_hash", "previous_expires_at", "hash", "last_four"])
    _record("security.api_key_rotated", stored, by)
    return stored, secret


@transaction.atomic
def revoke_api_key(key: ApiKey, by: Author = COMMAND_LINE) -> bool:
    """Stops a key at once; False if it was revoked before."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        return False
    _record("security.api_key_revoked", key, by)
    return True


@transaction.atomic
def withdraw_api_key(key: ApiKey, company: Company, by: Author) -> None:
    """A key of several companies works for this one no more."""
    record("security.api_key_withdrawn", by, company=company, subject=key.public_id, note=str(key))
    key.companies.remove(company)


def _record(event: str, key: ApiKey, by: Author) -> None:
    """Once for each company that the key works for."""
    for company in key.companies.all() or [None]:
        record(event, by, company=company, subject=key.public_id, note=f"{key}: {','.join(key.scopes)}")
