"""The link by which the first person sets up a new installation: it works until there is a company, for a day."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from bigledger_crm.tenancy.models import Company

LASTS = timedelta(days=1)
_SIGNER = TimestampSigner(salt="bigledger.setup")
_FIRST = "first"


def is_new() -> bool:
    """Whether the installation has no company yet."""
    return not Company.objects.exists()


def setup_url() -> str:
    """A new link."""
    return f"{settings.PUBLIC_URL}/setup/{_SIGNER.sign(_FIRST)}"


def is_setup_token(text: str) -> bool:
    """Whether a token is one of ours and not too old."""
    try:
        return _SIGNER.unsign(text, max_age=LASTS) == _FIRST
    except BadSignature:
        return False
