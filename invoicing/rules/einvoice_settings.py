"""What settings of e-invoices must be, and when a certificate is about to expire."""

import re
from datetime import datetime, timedelta

from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice.identifiers import clean_tin

MALAYSIA = "MY"
MAX_CERTIFICATE_BYTES = 64 * 1024
MAX_CLIENT_ID = 100
MAX_SECRET = 500
# So many days before a certificate expires its owner is warned, more urgently each time.
WARN_DAYS = (60, 30, 7)


def clean_on_behalf_of(value: str) -> str:
    """Whom an intermediary acts for: a TIN, or that of a sole proprietor with the number of the business, IG…:ROB.

    Raises ValueError.
    """
    tin, colon, number = clean_line(value).partition(":")
    tin, number = clean_tin(tin), number.strip()
    if not colon:
        return tin
    if not tin.startswith("IG") or not re.fullmatch(r"[0-9A-Za-z-]{1,20}", number):
        message = "Enter a TIN; for a sole proprietor TIN and business number, such as IG12345678901:202003012345"
        raise ValueError(message)
    return f"{tin}:{number}"


def tin_of(on_behalf_of: str, own_tin: str) -> str:
    """The TIN of whom e-invoices are reported for: whom an intermediary acts for, else the company itself."""
    return on_behalf_of.partition(":")[0] or own_tin


def same_tin(one: str, other: str) -> bool:
    """Whether two TINs are the same, however they are written."""
    return _plain(one) == _plain(other)


def days_to_warn(expires_at: datetime | None, now: datetime) -> int | None:
    """The days that a certificate is still valid, 0 or less for one that has expired; None where it is too early."""
    if expires_at is None or expires_at - now >= timedelta(days=max(WARN_DAYS)):
        return None
    return 0 if expires_at <= now else max(1, (expires_at - now).days)


def _plain(value: str) -> str:
    try:
        return clean_tin(value)
    except ValueError:
        return clean_line(value).upper()
