"""Makes a key for encrypted backups."""

from typing import Any

from django.core.management.base import BaseCommand

from bigledger_crm.backup import encryption


class Command(BaseCommand):
    help = "Makes a key pair for encrypted backups and prints it; nothing of it is kept."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        secret, public = encryption.new_identity()
        self.stdout.write(
            "# Keep these lines in a file away from this machine: without it no backup can be read.\n"
            f"# public key: {public}\n{secret}"
        )
        self.stderr.write(f"Set BACKUP_RECIPIENT={public}")
