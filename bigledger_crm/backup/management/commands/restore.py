"""Restores a backup into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.backup import archive, encryption, places, restoring
from bigledger_crm.backup.archive import Manifest
from bigledger_crm.backup.errors import BackupError


class Command(BaseCommand):
    help = "Restores a backup into an empty data directory, or an empty database of your own, and proves it."
    requires_system_checks = []  # there is no database yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", help="its path, its name in BACKUP_URL, or latest")
        parser.add_argument("--identity", metavar="FILE", type=Path, help="the secret key of an encrypted backup")
        parser.add_argument("--check", action="store_true", help="only verify that the archive is whole")

    def handle(self, *args: Any, archive: str, identity: Path | None, check: bool, **options: Any) -> None:
        try:
            with TemporaryDirectory(prefix="bigledger-restore-") as directory:
                workspace = Path(directory)
                path = _decrypted(_found(archive, workspace), identity, workspace)
                self._restore(path, workspace, is_check=check)
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _restore(self, path: Path, workspace: Path, *, is_check: bool) -> None:
        manifest = archive.verify(path)
        restoring.refuse_newer(manifest)
        self.stdout.write(
            f"The backup is whole: version {manifest.version}, {manifest.created_at:%Y-%m-%d %H:%M} UTC, "
            f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, {_files(manifest)} files"
        )
        if is_check:
            return
        with restoring.empty_installation():
            restoring.restore(path, manifest, workspace)
            if differing := restoring.differing_files(manifest):
                raise BackupError(f"These files differ from those of the backup: {', '.join(differing[:5])}")
            self.stdout.write("Restored: every table has its rows, and every file its hash.")
            call_command("migrate", "--no-input", verbosity=0)
            are_correct = self._check_books()
        for name in manifest.missing:
            self.stdout.write(f"This file was missing when the backup was made: {name}")
        if not are_correct:
            raise CommandError("Restored as it was, but with the differences above, which the backup has too.")
        self.stdout.write("Set OUTGOING=off before you start a copy of a system that is still in use.")

    def _check_books(self) -> bool:
        try:
            call_command("check_books", stdout=self.stdout, stderr=self.stderr)
        except SystemExit:
            return False
        return True


def _found(name: str, workspace: Path) -> Path:
    path = Path(name)
    if path.is_file():
        return path
    place = places.default_place()
    if name == "latest":
        names = places.archives(place)
        if not names:
            raise BackupError("There is no backup yet")
        name = names[0]
    elif places.moment_of(name) is None:
        raise BackupError(f"There is no file {name}")
    places.fetch(place, name, workspace / name)
    return workspace / name


def _decrypted(path: Path, identity: Path | None, workspace: Path) -> Path:
    with path.open("rb") as file:
        is_encrypted = file.read(len(encryption.MAGIC)) == encryption.MAGIC
    if not is_encrypted:
        return path
    if identity is None:
        raise BackupError("The backup is encrypted: name the file of its secret key with --identity")
    plain = workspace / "archive.tar"
    encryption.decrypt(path, plain, identity)
    return plain


def _files(manifest: Manifest) -> int:
    return sum(name.startswith(archive.FILES) for name in manifest.members)
