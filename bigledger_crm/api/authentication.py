"""From an API key and a company header to the actor."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication

from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor, actor_for_key
from bigledger_crm.tenancy.models import ApiKey, company_by_public_id
from bigledger_crm.tenancy.services import hash_key, is_well_formed_key

_SCHEME = "bearer "
_TOUCH_EVERY = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """`request.user` is the Actor of a key in a company, `request.auth` the key."""

    def authenticate(self, request: Any) -> tuple[Actor, ApiKey]:
        """The actor and the key.  Raises ApiError 401 for the key, 400 and 403 for the company.

        The Django request keeps the key from the moment when it is known to be good (a request for a company that the
        key may not use counts against its limit too), and the actor, for the log.
        """
        key = key_of(request)
        request._request.api_key = key
        actor = actor_of(request, key)
        request._request.actor = actor
        return actor, key


def key_of(request: Any) -> ApiKey:
    """The usable key that a request came with.  Raises ApiError 401."""
    header = request.headers.get("Authorization", "")
    if not header:
        raise ApiError(
            401,
            "AUTHENTICATION_REQUIRED",
            "An API key is required: Authorization: Bearer YOUR_API_KEY",
            WWW_Authenticate="Bearer",
        )
    text = header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""
    key = ApiKey.objects.filter(hash=hash_key(text)).first() if is_well_formed_key(text) else None
    if key is None or not key.is_usable():
        raise ApiError(401, "INVALID_API_KEY", "The API key is not valid", WWW_Authenticate="Bearer")
    return key


def actor_of(request: Any, key: ApiKey) -> Actor:
    """The actor of a request with a key.

    Raises ApiError: 400 without a company header, 403 for a company that the key may not use, whether it exists or not.
    """
    wanted = request.headers.get("X-Company-Id", "").strip()
    if not wanted:
        raise ApiError(400, "COMPANY_ID_REQUIRED", "The header X-Company-Id is required")
    company_id = company_by_public_id(wanted)
    company = key.companies.filter(pk=company_id, is_active=True).first() if company_id else None
    if company is None:
        raise ApiError(403, "COMPANY_ACCESS_DENIED", "This key is not valid for this company")
    _touch(key)
    return actor_for_key(key, company)


def _touch(key: ApiKey) -> None:
    """Notes the use of a key, at most once a minute."""
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= _TOUCH_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _TOUCH_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
