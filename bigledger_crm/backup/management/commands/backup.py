"""Makes a backup of the whole installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bigledger_crm.backup import encryption, places, restoring, services
from bigledger_crm.backup.errors import BackupError


class Command(BaseCommand):
    help = "Makes a backup of the database, the files and the secret key, while the product is running or not."
    requires_system_checks = []  # before an upgrade the database is not yet this version's

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", metavar="DIRECTORY", type=Path, help="the directory for it, instead of BACKUP_URL")
        parser.add_argument(
            "--recipient", metavar="PUBLIC_KEY", help="encrypt for this key, instead of BACKUP_RECIPIENT"
        )
        parser.add_argument("--list", action="store_true", help="list the backups that are there")
        parser.add_argument(
            "--before-upgrade",
            action="store_true",
            help="only if migrations are to be applied to a database that is in use",
        )

    def handle(
        self,
        *args: Any,
        to: Path | None,
        recipient: str | None,
        before_upgrade: bool,
        **options: Any,
    ) -> None:
        try:
            place = places.directory(to.resolve()) if to else places.default_place()
            if options["list"]:
                for name in places.archives(place):
                    self.stdout.write(f"{name}  {place.size(name) / 1024**2:.1f} MiB")
            elif not before_upgrade:
                with restoring.database_in_use():
                    self._back_up(place, self._recipient(recipient), is_recorded=True)
            elif _is_upgrade():
                self._back_up(place, self._recipient(recipient), is_recorded=False)
                self.stdout.write(
                    "To go back to the version before: stop the product, install that version, and restore this backup "
                    "into an empty BIGLEDGER_DATA_DIR, or an empty database of your own"
                )
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _recipient(self, given: str | None) -> str:
        try:
            return encryption.read_recipient(given) if given else settings.BACKUP_RECIPIENT
        except ValueError as error:
            raise CommandError(f"--recipient: {error}") from error

    def _back_up(self, place: Storage, recipient: str, *, is_recorded: bool) -> None:
        name = services.back_up(place, recipient, is_recorded=is_recorded)
        self.stdout.write(f"Backup: {services.path_of(place, name)}, {place.size(name) / 1024**2:.1f} MiB")


def _is_upgrade() -> bool:
    executor = MigrationExecutor(connection)
    is_upgrade = bool(executor.loader.applied_migrations) and bool(
        executor.migration_plan(executor.loader.graph.leaf_nodes())
    )
    connection.close()
    return is_upgrade
