"""Deleting stored files for certain: what must go is a row until it is gone, whatever dies in between."""

from collections.abc import Iterable

from django.db import transaction

from bigledger_crm.documents import storage
from bigledger_crm.documents.models import FileToDelete

_BATCH = 500


def delete_files(names: Iterable[str]) -> None:
    """Deletes stored files once the caller's transaction has committed; what fails then, the hourly job does."""
    rows = FileToDelete.objects.bulk_create([FileToDelete(name=name) for name in names if name], _BATCH)
    if rows:
        transaction.on_commit(lambda: _delete([row.pk for row in rows]), robust=True)


def delete_waiting_files() -> int:
    """Deletes the files of all companies that still wait for it; returns how many."""
    keys = list(FileToDelete.objects.order_by("pk").values_list("pk", flat=True))
    _delete(keys)
    return len(keys)


def _delete(keys: list[int]) -> None:
    for row in FileToDelete.objects.filter(pk__in=keys):
        storage.delete(row.name)
        row.delete()
