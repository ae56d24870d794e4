"""From which network address a request comes: one answer for limits, logs and the record of security events."""

from django.conf import settings
from django.http import HttpRequest

from bigledger_crm.kernel import network


def client_address(request: HttpRequest | None) -> str:
    """The client's address, read through the proxies of TRUSTED_PROXIES; "" where there is none."""
    if request is None:
        return ""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return network.client_address(request.META.get("REMOTE_ADDR", ""), forwarded, settings.TRUSTED_PROXIES)
