"""A company's own API keys: making, rotating and revoking them, all of it in the audit log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bigledger_crm.audit.services import record
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import Conflict, FieldError, InvalidData, NotFound, field_error
from bigledger_crm.tenancy import services
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import ApiKey
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import Author

GRACE = (timedelta(), timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))


MAX_LIFE = timedelta(days=3660)


class KeyNotUsable(Conflict):
    """A key that is revoked or expired already."""

    code = "API_KEY_NOT_USABLE"


class KeyShared(Conflict):
    """A key that works for other companies too, which only an operator manages."""

    code = "API_KEY_SHARED"


def api_keys_of(actor: Actor) -> QuerySet[ApiKey]:
    """The keys of the company, revoked ones too."""
    return ApiKey.objects.filter(companies=actor.company)


def find_api_key(actor: Actor, public_id: str) -> ApiKey:
    """The key of the company with a `key_…` id.  Raises NotFound."""
    pk = ids.decode(ApiKey.PREFIX, public_id)
    key = api_keys_of(actor).filter(pk=pk).first() if pk else None
    if key is None:
        raise NotFound("API key", public_id)
    return key


def is_shared(key: ApiKey) -> bool:
    """Whether the key works for several companies."""
    return key.companies.count() > 1


def check_key(name: str, scopes: Sequence[str], expires_at: datetime | None) -> list[FieldError]:
    """The errors of the input of a key."""
    errors = services.check_api_key(name, scopes)
    if expires_at is not None and not clock.now() < expires_at <= clock.now() + MAX_LIFE:
        errors += field_error("expires_at", "Must be in the future, at most ten years ahead")
    return errors


@transaction.atomic
def create_key(
    actor: Actor, by: Author, *, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """A new key for the company, and its text.  Raises PermissionDenied, InvalidData with every failing field."""
    actor.require("api-keys", "manage")
    if errors := check_key(name, scopes, expires_at):
        raise InvalidData("API key", errors)
    key, secret = services.create_api_key([actor.company], name=name, scopes=scopes, expires_at=expires_at, by=by)
    expires = expires_at.isoformat() if expires_at else None
    changes = {"scopes": [None, list(scopes)], "expires_at": [None, expires]}
    record(actor, "api_key.created", key.pk, note=str(key), changes=changes)
    return key, secret


@transaction.atomic
def rotate_key(actor: Actor, by: Author, key: ApiKey, grace: timedelta) -> tuple[ApiKey, str]:
    """A new text for a key; the old one works as long as `grace`.

    Raises PermissionDenied, KeyNotUsable, KeyShared.
    """
    actor.require("api-keys", "manage")
    if not key.is_usable():
        raise KeyNotUsable("This key is revoked or has expired; create a new one")
    if is_shared(key):
        raise KeyShared("This key also works for other companies: ask an operator to replace it")
    if grace not in GRACE:
        raise ValueError(f"No grace period of {grace}")
    before = str(key)
    stored, secret = services.rotate_api_key(key, grace, by)
    until = (clock.now() + grace).isoformat(timespec="seconds")
    changes = {"key": [before, str(stored)], "previous_valid_until": [None, until]}
    record(actor, "api_key.rotated", key.pk, note=str(stored), changes=changes)
    return stored, secret


@transaction.atomic
def revoke_key(actor: Actor, by: Author, key: ApiKey) -> None:
    """Stops a key at once; one of several companies stops for this one.  Raises PermissionDenied."""
    actor.require("api-keys", "manage")
    if is_shared(key):
        services.withdraw_api_key(key, actor.company, by)
    else:
        services.revoke_api_key(key, by)
    record(actor, "api_key.revoked", key.pk, note=str(key))


@transaction.atomic
def create_shared_key(
    actors: Sequence[Actor], by: Author, *, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """A new key for the companies of these actors, which an operator creates, and its text.

    Raises InvalidData with every failing field.
    """
    if errors := check_key(name, scopes, expires_at):
        raise InvalidData("API key", errors)
    companies = [actor.company for actor in actors]
    key, secret = services.create_api_key(companies, name=name, scopes=scopes, expires_at=expires_at, by=by)
    _record_in_each(actors, "api_key.created", key, {"scopes": [None, list(scopes)]})
    return key, secret


@transaction.atomic
def revoke_shared_key(actors: Sequence[Actor], by: Author, key: ApiKey) -> bool:
    """Stops a key at once in all of its companies, those of these actors; False if it was revoked before."""
    if not services.revoke_api_key(key, by):
        return False
    _record_in_each(actors, "api_key.revoked", key, {})
    return True


def _record_in_each(actors: Sequence[Actor], event: str, key: ApiKey, changes: dict[str, Any]) -> None:
    for actor in actors:
        with company_scope(actor.company):
            record(actor, event, key.pk, note=str(key), changes=changes)
