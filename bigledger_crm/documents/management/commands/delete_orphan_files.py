"""Deletes files that no attachment has."""

from typing import Any

from django.core.management.base import BaseCommand

from bigledger_crm.documents.attachments import delete_orphans


class Command(BaseCommand):
    help = "Deletes the files, older than an hour, that a crash or a refused upload left without an attachment."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = delete_orphans()
        for name in deleted:
            self.stdout.write(name)
        self.stdout.write(f"{len(deleted)} files deleted")
