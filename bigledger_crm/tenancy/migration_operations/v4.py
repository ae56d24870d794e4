"""Version 4: triggers that note which tables of a company have changed.  Frozen."""

from django.db.migrations import RunSQL

_EVENTS = {"insert": ("INSERT", "NEW"), "update": ("UPDATE", "NEW"), "delete": ("DELETE", "OLD")}


def change_notes() -> RunSQL:
    """The trigger's function: each statement that changed rows of a company leaves a row in tenancy_rowchanges."""
    return RunSQL(
        """CREATE FUNCTION note_row_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO tenancy_rowchanges (company_id, table_name, changes)
            SELECT DISTINCT company_id, TG_TABLE_NAME, 1 FROM changed;
            RETURN NULL;
        END $$""",
        "DROP FUNCTION note_row_changes()",
    )


def notes_changes(table: str) -> list[RunSQL]:
    """The triggers of a table with a `company_id`, one for each event: only so a trigger sees the changed rows."""
    return [
        RunSQL(
            f'CREATE TRIGGER "{table}_noted_{name}" AFTER {event} ON "{table}" REFERENCING {rows} TABLE AS changed '
            "FOR EACH STATEMENT EXECUTE FUNCTION note_row_changes()",
            f'DROP TRIGGER "{table}_noted_{name}" ON "{table}"',
        )
        for name, (event, rows) in _EVENTS.items()
    ]
