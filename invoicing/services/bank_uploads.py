"""Keeping a statement file while a person looks at what it would add."""

from datetime import timedelta

from django.db import transaction

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.tenancy.actor import Actor
from invoicing.bank_files.statement import Statement
from invoicing.models import BankAccount, BankStatement, BankUpload
from invoicing.services.bank_statements import import_statement

MAX_BYTES = 10 * 1024 * 1024
_KEPT = timedelta(days=1)
_LONGEST_NAME = 200


def check_upload(size: int) -> None:
    """Raises InvalidData for a file that is empty or too large."""
    message = "The file is empty. Choose another file." if not size else None
    if size > MAX_BYTES:
        message = "A statement file can be at most 10 MB"
    if errors := field_error("file", message):
        raise InvalidData("Bank statement", errors)


@transaction.atomic
def keep_upload(actor: Actor, account: BankAccount, *, filename: str, content: bytes) -> BankUpload:
    """Keeps a file for its rehearsal, for a day; files of earlier days that nobody imported go.  Raises InvalidData."""
    check_upload(len(content))
    BankUpload.objects.filter(created_at__lt=clock.now() - _KEPT).delete()
    name = text.clean_line(filename)[-_LONGEST_NAME:] or "statement"
    return BankUpload.objects.create(
        company=actor.company,
        account=account,
        filename=name,
        content=content,
        created_by=actor.id,
        created_at=clock.now(),
    )


@transaction.atomic
def import_upload(actor: Actor, upload: BankUpload, statement: Statement) -> BankStatement:
    """Imports the file that was rehearsed, and lets it go.  Raises StatementAlreadyImported."""
    kept = import_statement(actor, upload.account, statement, filename=upload.filename, content=bytes(upload.content))
    BankUpload.objects.filter(pk=upload.pk).delete()
    return kept
