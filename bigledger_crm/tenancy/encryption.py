"""Secrets that the product has to use itself, encrypted in the database: a copy of it alone doesn't tell them."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SecretUnreadable(Exception):
    """SECRET_KEY is another than the one that encrypted it, and not in SECRET_KEY_FALLBACKS."""


def encrypt(purpose: str, secret: str) -> str:
    """`secret` encrypted with SECRET_KEY for one `purpose`: what was made for another can't be read for this one."""
    return _cipher(purpose).encrypt(secret.encode()).decode()


def decrypt(purpose: str, encrypted: str) -> str:
    """The secret again.  Raises SecretUnreadable."""
    try:
        return _cipher(purpose).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def _cipher(purpose: str) -> MultiFernet:
    """SECRET_KEY encrypts; those of SECRET_KEY_FALLBACKS still open what they closed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"bigledger.{purpose}\n{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
