"""Migration steps for texts that are stored folded, after `kernel.text.fold` has learnt something."""

from typing import Any

from django.db.migrations import RunPython, RunSQL
from django.db.migrations.operations.base import Operation

from bigledger_crm.kernel.text import fold


def refold(app: str, model: str, columns: dict[str, int | None]) -> list[Operation]:
    """Folds the columns of all rows once more, each cut to its length.

    Guards of rows that never change stand aside: what a row says stays, only what it is found by changes.
    """
    table = f"{app}_{model.lower()}"

    def fold_rows(apps: Any, schema_editor: Any) -> None:
        rows = apps.get_model(app, model)._base_manager
        for pk, *texts in rows.order_by("pk").values_list("pk", *columns).iterator():
            folded = [fold(text)[:length] for text, length in zip(texts, columns.values(), strict=True)]
            if folded != texts:
                rows.filter(pk=pk).update(**dict(zip(columns, folded, strict=True)))

    return [
        RunSQL(f'ALTER TABLE "{table}" DISABLE TRIGGER USER', f'ALTER TABLE "{table}" ENABLE TRIGGER USER'),
        RunPython(fold_rows, RunPython.noop),
        RunSQL(f'ALTER TABLE "{table}" ENABLE TRIGGER USER', f'ALTER TABLE "{table}" DISABLE TRIGGER USER'),
    ]
