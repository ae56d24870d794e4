"""From an API key and a company header to the actor."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication

from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.api.key_lookup import key_and_company
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor, actor_for_key
from bigledger_crm.tenancy.models import ApiKey, company_by_public_id
from bigledger_crm.tenancy.services import is_well_formed_key

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
        text = _bearer(request)
        key, company = key_and_company(text, company_by_public_id(wanted)) if is_well_formed_key(text) else (None, None)
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


def _touch(key: ApiKey) -> None:
    """Notes the use of a key, at most once a minute."""
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= _TOUCH_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _TOUCH_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
