"""Exports a company."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.audit.services import record
from bigledger_crm.company_archive.writing import write_archive
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.queries import company_by_name_or_id
from bigledger_crm.tenancy.scope import company_scope


class Command(BaseCommand):
    help = "Exports all data of a company, with its files, into one archive that import_company takes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("company", metavar="NAME_OR_ID")
        parser.add_argument("file", type=Path, help="the archive, a ZIP file that is not there yet")

    def handle(self, *args: Any, company: str, file: Path, **options: Any) -> None:
        partial = file.with_name(f".{file.name}.part")
        try:
            found = company_by_name_or_id(company)
            if file.exists():
                raise CommandError(f"{file} exists already")
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with company_scope(found), os.fdopen(descriptor, "wb") as target:
                manifest = write_archive(found, target)
                record(system_actor(found), "company.exported", found.pk, note=file.name)
                target.flush()
                os.fsync(target.fileno())
            partial.replace(file)
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from error
        finally:
            partial.unlink(missing_ok=True)
        rows = sum(table.rows for table in manifest.tables.values())
        self.stdout.write(f"{file}: {rows} rows, {manifest.files} files")
        for name in manifest.missing:
            self.stderr.write(f"Missing: {name}")
