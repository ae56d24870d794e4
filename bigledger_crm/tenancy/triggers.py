"""Migration steps for tables that the database itself guards."""

from collections.abc import Sequence

from django.db.migrations import RunSQL


def append_only(table: str) -> RunSQL:
    """Migration step: rows of `table` may be added, never changed, deleted or truncated."""
    forward = [
        f"""CREATE FUNCTION "{table}_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}"
            FOR EACH ROW EXECUTE FUNCTION "{table}_refuse_change"()""",
        f"""CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION "{table}_refuse_change"()""",
    ]
    return RunSQL(";\n".join(forward), f'DROP FUNCTION "{table}_refuse_change"() CASCADE')


def guarded(table: str, *, name: str, event: str, condition: str, message: str, truncate: bool = False) -> RunSQL:
    """Migration step: refuses `event` (such as 'UPDATE OR DELETE') on `table` when the plpgsql `condition` holds.

    `condition` sees OLD, NEW and TG_OP; it is wrapped in IF … THEN RAISE.
    """
    function = f"{table}_{name}"
    forward = [
        f"""CREATE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {condition} THEN
            RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$""",
        f'CREATE TRIGGER "{function}" BEFORE {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{function}"()',
    ]
    if truncate:
        forward.append(
            f"""CREATE FUNCTION "{function}_truncate"() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
        forward.append(
            f'CREATE TRIGGER "{function}_truncate" BEFORE TRUNCATE ON "{table}" '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{function}_truncate"()'
        )
    backward = [f'DROP FUNCTION "{function}"() CASCADE']
    if truncate:
        backward.append(f'DROP FUNCTION "{function}_truncate"() CASCADE')
    return RunSQL(";\n".join(forward), ";\n".join(backward))


def draft_only(table: str, columns: str) -> RunSQL:
    """Migration step: refuses to change any of the comma-separated `columns` of a document that is no draft.

    Nor can it be made a draft again.
    """
    names = columns.split(", ")
    old = ", ".join(f"OLD.{name}" for name in names)
    new = ", ".join(f"NEW.{name}" for name in names)
    return guarded(
        table,
        name="draft_only",
        event="UPDATE",
        condition=f"OLD.status <> 'draft' AND (NEW.status = 'draft' OR ROW({old}) IS DISTINCT FROM ROW({new}))",
        message=f"{table}: only drafts can be edited, and nothing becomes a draft again",
    )


def number_kept(table: str, number: str) -> RunSQL:
    """Migration step: a document with a `number` is never deleted, and keeps its number, company and key."""
    return guarded(
        table,
        name="number_kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR OLD.{number} <> NEW.{number} OR OLD.company_id <> NEW.company_id "
        "OR OLD.id <> NEW.id",
        message=f"{table}: a numbered document keeps its number and is never deleted",
        truncate=True,
    )


def lines_locked(table: str, parent_table: str, parent: str, changeable: Sequence[str] = ()) -> list[RunSQL]:
    """Migration steps: lines change while their document is a draft; `changeable` columns may always be updated."""
    fixed = f"(SELECT status FROM {parent_table} WHERE id = {{row}}.{parent}_id) <> 'draft'"  # noqa: S608 table names are ours
    message = f"{table}: only the lines of a draft can be changed"
    kept = "to_jsonb(OLD)" + "".join(f" - '{column}'" for column in changeable)
    now = "to_jsonb(NEW)" + "".join(f" - '{column}'" for column in changeable)
    return [
        guarded(table, name="locked_new", event="INSERT", condition=fixed.format(row="NEW"), message=message),
        guarded(
            table, name="locked_gone", event="DELETE", condition=fixed.format(row="OLD"), message=message, truncate=True
        ),
        guarded(
            table,
            name="locked_change",
            event="UPDATE",
            condition=f"({kept}) <> ({now}) AND ({fixed.format(row='OLD')} OR {fixed.format(row='NEW')})",
            message=message,
        ),
    ]
