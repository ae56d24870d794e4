"""What the environment says of single sign-on by OpenID Connect."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from bigledger_crm.environment import env


def provider() -> dict[str, Any] | None:
    """The OIDC_ variables as django-allauth's description of a provider; None without OIDC_ISSUER."""
    issuer = env.str("OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    client, secret = env.str("OIDC_CLIENT_ID", ""), env.str("OIDC_CLIENT_SECRET", "")
    parts = urlsplit(issuer)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1")):
        raise ImproperlyConfigured(f"OIDC_ISSUER={issuer!r} is not a URL such as https://login.example.com")
    if not client or not secret:
        raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too")
    return {
        "provider_id": "oidc",
        "name": env.str("OIDC_NAME", "") or parts.hostname,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "fetch_userinfo": True},
    }
