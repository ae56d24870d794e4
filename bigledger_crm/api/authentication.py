"""From an API key and a company header to the actor."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication

from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor, actor_for_key
from bigledger_crm.tenancy.models import ApiKey, Company, company_by_public_id
from bigledger_crm.tenancy.services import hash_key, is_well_formed_key

_SCHEME = "bearer "
_TOUCH_EVERY = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """`request.user` is the Actor of a key in a company, `request.auth` the key."""

    def authenticate(self, request: Any) -> tuple[Actor, ApiKey]:
        """The actor and the key.

        Raises ApiError: 401 without a usable key; 400 without a company header; 403 for a company that the key may not
        use, whether it exists or not.  The Django request keeps the key from the moment when it is known to be good (a
        request for a wrong company counts against its limit too), and the actor, for the log.
        """
        wanted = request.headers.get("X-Company-Id", "").strip()
        key, company = _key_and_company(_bearer(request), company_by_public_id(wanted))
        if key is None or not key.is_usable():
            raise ApiError(401, "INVALID_API_KEY", "The API key is not valid", WWW_Authenticate="Bearer")
        request._request.api_key = key
        if not wanted:
            raise ApiError(400, "COMPANY_ID_REQUIRED", "The header X-Company-Id is required")
        if company is None:
            raise ApiError(403, "COMPANY_ACCESS_DENIED", "This key is not valid for this company")
        _touch(key)
        actor = actor_for_key(key, company)
        request._request.actor = actor
        return actor, key


def _bearer(request: Any) -> str:
    """The key that a request came with, or "" for something else.  Raises ApiError 401 for nothing at all."""
    header = request.headers.get("Authorization", "")
    if not header:
        raise ApiError(
            401,
            "AUTHENTICATION_REQUIRED",
            "An API key is required: Authorization: Bearer YOUR_API_KEY",
            WWW_Authenticate="Bearer",
        )
    return header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""


def _key_and_company(text: str, company_id: UUID | None) -> tuple[ApiKey | None, Company | None]:
    """The key, and its active company with this id: one query where the key may be used for it, as nearly always."""
    if not is_well_formed_key(text):
        return None, None
    hashed = hash_key(text)
    joined = ApiKey.companies.through.objects.select_related("apikey", "company")
    for link in joined.filter(apikey__hash=hashed, company=company_id, company__is_active=True):
        return link.apikey, link.company
    key = ApiKey.objects.filter(hash=hashed).first()
    return (key, None) if key else _rotated_key(hashed, company_id)


def _rotated_key(hashed: str, company_id: UUID | None) -> tuple[ApiKey | None, Company | None]:
    """As `_key_and_company`, of a key that has another text by now, while the old one still works."""
    key = ApiKey.objects.filter(previous_hash=hashed, previous_expires_at__gt=clock.now()).first()
    company = key.companies.filter(pk=company_id, is_active=True).first() if key else None
    return key, company


def _touch(key: ApiKey) -> None:
    """Notes the use of a key, at most once a minute."""
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= _TOUCH_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _TOUCH_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
