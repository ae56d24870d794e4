"""The secret that signs sessions and links, made on first use."""

import hmac
import os
import secrets
from pathlib import Path

LENGTH = 64


def password_for(purpose: str, secret: str) -> str:
    """A password of its own for a purpose, the same for all who know the secret, and which tells nothing of it."""
    return hmac.new(secret.encode(), purpose.encode(), "sha256").hexdigest()


def read_or_create(path: Path) -> str:
    """The secret in `path` (0600), made if absent; of several processes that make it at once, all get the same."""
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, fails when somebody else was first
    except FileExistsError:
        return path.read_text()
    finally:
        draft.unlink()
    return path.read_text()
