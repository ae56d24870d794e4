"""Writes what the documentation says of the API and the code knows."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.api.schema.documents import documents


class Command(BaseCommand):
    help = "Writes docs/openapi.yaml and the table of error codes in the API docs from the code."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file isn't up to date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        for path, wanted in documents().items():
            name = path.relative_to(settings.BASE_DIR)
            if path.exists() and path.read_text() == wanted:
                continue
            if check:
                raise CommandError(f"{name} is not up to date: run manage.py describe_api")
            path.write_text(wanted)
            self.stdout.write(f"Wrote {name}")
