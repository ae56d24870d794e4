"""Archives for one recipient's eyes, in the format of age (https://age-encryption.org), which any age program reads."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

import pyrage

from bigledger_crm.backup.errors import BackupError, DamagedBackup

SUFFIX = ".age"
MAGIC = b"age-encryption.org/v1"


def new_identity() -> tuple[str, str]:
    """A new key: the secret one (`AGE-SECRET-KEY-1…`), and the public one that archives are made for (`age1…`)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def read_recipient(text: str) -> str:
    """The same public key.  Raises ValueError when it is none."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text))
    except pyrage.RecipientError as error:
        raise ValueError(f"{text!r} is not a public key such as age1…") from error


@contextmanager
def encrypted(target: BufferedIOBase, recipient: str) -> Iterator[BufferedIOBase]:
    """A stream whose content arrives in `target` encrypted; complete once the context is left without an error."""
    reading, writing = os.pipe()
    failures: list[Exception] = []

    def encrypt() -> None:
        with os.fdopen(reading, "rb") as plain:
            try:
                pyrage.encrypt_io(plain, target, [pyrage.x25519.Recipient.from_str(recipient)])
            except (pyrage.EncryptError, pyrage.RecipientError, OSError) as error:  # raised where the stream is written
                failures.append(error)

    thread = threading.Thread(target=encrypt, name="encrypt-backup")
    thread.start()
    try:
        with os.fdopen(writing, "wb") as stream:
            yield stream
    except BrokenPipeError as error:
        raise BackupError(f"The archive could not be encrypted: {failures[0] if failures else error}") from error
    finally:
        thread.join()
    if failures:
        raise BackupError(f"The archive could not be encrypted: {failures[0]}") from failures[0]


def decrypt(source: Path, target: Path, identity_file: Path) -> None:
    """Writes what is in an encrypted archive to `target`, of which only the owner may read.

    Raises BackupError when the file holds no key or another one, DamagedBackup when the archive isn't whole.
    """
    identity = _read_identity(identity_file)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as encrypted_file, os.fdopen(descriptor, "wb") as plain:
        try:
            pyrage.decrypt_io(encrypted_file, plain, [identity])
        except pyrage.DecryptError as error:
            if "No matching keys" in str(error):
                raise BackupError(f"The key in {identity_file} is not the one that this archive is for") from error
            raise DamagedBackup(f"The archive can't be decrypted; it is damaged or cut off: {error}") from error
        except OSError as error:
            raise DamagedBackup(f"The archive can't be decrypted; it is damaged or cut off: {error}") from error


def _read_identity(file: Path) -> "pyrage.x25519.Identity":
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"The key can't be read: {error}") from error
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-1"):
            try:
                return pyrage.x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError as error:
                raise BackupError(f"{file} holds no valid key: {error}") from error
    raise BackupError(f"{file} holds no key: a line that begins with AGE-SECRET-KEY-1")
