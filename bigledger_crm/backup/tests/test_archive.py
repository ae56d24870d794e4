"""Whatever happens to an archive, it is found out before anything is restored from it."""

import io
import random
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bigledger_crm.backup import archive, encryption
from bigledger_crm.backup.archive import ArchiveWriter, Manifest
from bigledger_crm.backup.errors import BackupError, DamagedBackup
from bigledger_crm.backup.restoring import refuse_newer

CONTENTS = {
    "files/invoices/2026/INV-2026-0001.pdf": b"%PDF-1.7 " + bytes(range(256)) * 9,
    "database.dump": b"PGDMP" + bytes(3000),
    "secret_key": b"Kx9-wq",
}


def _manifest(**changes: object) -> Manifest:
    facts: dict[str, object] = {
        "format": archive.FORMAT,
        "version": "0.1.0",
        "created_at": datetime(2026, 11, 28, tzinfo=UTC),
        "postgres": 18,
        "migrations": {"sales": ["0001_initial"]},
        "rows": {"sales_quote": 3},
        "missing": [],
    }
    return Manifest(**{**facts, **changes})  # type: ignore[arg-type]


def _write(path: Path, contents: dict[str, bytes] = CONTENTS, **changes: object) -> Manifest:
    with path.open("wb") as file:
        writer = ArchiveWriter(file)
        for name, content in contents.items():
            writer.add(name, len(content), io.BytesIO(content))
        manifest = _manifest(**{"members": writer.members, **changes})
        writer.finish(manifest)
    return manifest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.tar"


def test_what_was_written_is_read(path: Path) -> None:
    manifest = _write(path)
    assert archive.verify(path) == manifest
    with archive.contents(path, manifest) as members:
        assert {name: content.read() for name, content in members} == CONTENTS


def test_an_archive_that_was_cut_off_anywhere_is_refused(path: Path) -> None:
    _write(path)
    whole = path.read_bytes()
    end = whole.rindex(b'"missing"') + len(b'"missing": []\n}')
    for length in [*range(0, end, 97), end - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedBackup):
            archive.verify(path)


def test_a_byte_that_was_changed_is_found(path: Path) -> None:
    """Anywhere in what is restored.  The rest is padding, and times and owners of members, which nobody reads."""
    manifest = _write(path)
    whole = path.read_bytes()
    for content in CONTENTS.values():
        start = whole.index(content)
        for place in random.Random(7).sample(range(start, start + len(content)), min(20, len(content))):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(DamagedBackup, match="damaged"):
                archive.verify(path)
    path.write_bytes(whole)
    assert archive.verify(path) == manifest


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "files/../../outside", "files//twice", "files\\other"])
def test_a_member_with_a_name_that_leads_elsewhere_is_refused(path: Path, name: str) -> None:
    _write(path, {**CONTENTS, name: b"x"})
    with pytest.raises(DamagedBackup, match="no file of a backup"):
        archive.verify(path)


def test_a_link_is_refused(path: Path) -> None:
    with tarfile.open(path, "w") as tar:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(DamagedBackup, match="no file of a backup"):
        archive.verify(path)


def test_a_member_that_is_missing_added_or_twice_is_named(path: Path) -> None:
    members = _write(path).members
    for contents in ({**CONTENTS, "files/more": b"x"}, {k: v for k, v in CONTENTS.items() if k != "secret_key"}):
        _write(path, contents, members=members)
        with pytest.raises(DamagedBackup, match=r"files/more|secret_key"):
            archive.verify(path)
    with path.open("wb") as file:
        writer = ArchiveWriter(file)
        for _ in range(2):
            writer.add("database.dump", 1, io.BytesIO(b"x"))
        writer.finish(_manifest(members=writer.members))
    with pytest.raises(DamagedBackup, match="should not be there"):
        archive.verify(path)


def test_an_archive_of_nothing_or_of_another_format_is_refused(path: Path) -> None:
    _write(path, {"files/a": b"x"})
    with pytest.raises(DamagedBackup, match="no database"):
        archive.verify(path)
    _write(path, format=2)
    with pytest.raises(DamagedBackup, match="format 2"):
        archive.verify(path)
    path.write_bytes(b"PK\x03\x04 not a backup" * 100)
    with pytest.raises(DamagedBackup):
        archive.verify(path)


@pytest.fixture
def identity(tmp_path: Path) -> tuple[Path, str]:
    secret, public = encryption.new_identity()
    file = tmp_path / "key.txt"
    file.write_text(f"# public key: {public}\n{secret}\n")
    return file, public


def _encrypt(path: Path, recipient: str) -> Path:
    target = path.with_suffix(".age")
    with target.open("wb") as file, encryption.encrypted(file, recipient) as stream:
        stream.write(path.read_bytes())
    return target


def test_an_encrypted_archive_is_read_with_its_key(path: Path, identity: tuple[Path, str], tmp_path: Path) -> None:
    _write(path)
    encrypted = _encrypt(path, identity[1])
    assert b"PGDMP" not in encrypted.read_bytes()
    encryption.decrypt(encrypted, tmp_path / "plain", identity[0])
    assert (tmp_path / "plain").read_bytes() == path.read_bytes()
    assert (tmp_path / "plain").stat().st_mode & 0o077 == 0


def test_an_encrypted_archive_that_was_cut_off_or_changed_is_refused(
    path: Path, identity: tuple[Path, str], tmp_path: Path
) -> None:
    _write(path)
    encrypted = _encrypt(path, identity[1])
    whole = encrypted.read_bytes()
    damaged = [whole[:length] for length in range(0, len(whole), 211)]
    damaged += [whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :] for place in range(0, len(whole), 211)]
    for content in damaged:
        encrypted.write_bytes(content)
        with pytest.raises(BackupError, match=r"damaged or cut off|not the one"):
            encryption.decrypt(encrypted, tmp_path / "plain", identity[0])


def test_a_key_that_is_missing_wrong_or_another_is_told_apart(
    path: Path, identity: tuple[Path, str], tmp_path: Path
) -> None:
    _write(path)
    encrypted = _encrypt(path, encryption.new_identity()[1])
    with pytest.raises(BackupError, match="is not the one that this archive is for"):
        encryption.decrypt(encrypted, tmp_path / "plain", identity[0])
    with pytest.raises(BackupError, match="can't be read"):
        encryption.decrypt(encrypted, tmp_path / "plain", tmp_path / "none")
    for text, message in (("nothing\n", "holds no key"), ("AGE-SECRET-KEY-1ABC\n", "holds no valid key")):
        identity[0].write_text(text)
        with pytest.raises(BackupError, match=message):
            encryption.decrypt(encrypted, tmp_path / "plain", identity[0])


def test_a_full_disk_while_encrypting_is_told(identity: tuple[Path, str]) -> None:
    class Full(io.BytesIO):
        def write(self, content: object, /) -> int:
            raise OSError(28, "No space left on device")

    def fill() -> None:
        with encryption.encrypted(Full(), identity[1]) as stream:
            for _ in range(100):
                stream.write(bytes(100_000))

    with pytest.raises(BackupError, match="No space left"):
        fill()


def test_what_was_made_before_migrations_were_joined_is_known_if_it_has_all_of_them() -> None:
    joined = ["0001_initial", "0002_job_failure"]  # for which schedule.0001_tables stands
    refuse_newer(_manifest(members={}, migrations={"schedule": joined}))
    refuse_newer(_manifest(members={}, migrations={"schedule": [*joined, "0001_tables"]}))
    for half in joined:
        with pytest.raises(BackupError, match=rf"migration schedule\.{half}"):
            refuse_newer(_manifest(members={}, migrations={"schedule": [half]}))
    with pytest.raises(BackupError, match=r"migration schedule\.0003_later"):
        refuse_newer(_manifest(members={}, migrations={"schedule": [*joined, "0003_later"]}))
