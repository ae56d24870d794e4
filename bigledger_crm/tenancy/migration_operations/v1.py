"""Version 1: foreign keys inside a company, guards of rows, and functions that they and indexes call.  Frozen."""

from collections.abc import Collection, Sequence

from django.db.migrations import RunSQL

_EVENTS = {"insert": ("INSERT", "NEW"), "update": ("UPDATE", "NEW"), "delete": ("DELETE", "OLD")}


def composite_foreign_keys(table: str, references: Collection[tuple[str, str]]) -> RunSQL:
    """`table (company_id, column)` references `(company_id, id)` of each (column, parent table).

    The parent's UNIQUE (company_id, id) comes from `company_key`.
    """
    forward = [
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_same_company" FOREIGN KEY (company_id, "{column}") '
        f'REFERENCES "{parent}" (company_id, id)'
        for column, parent in references
    ]
    backward = [f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{column}_same_company"' for column, _ in references]
    return RunSQL(";\n".join(forward), ";\n".join(backward))


def owner_is_member(table: str) -> RunSQL:
    """`owner_id` of `table` names a member of the row's company, and becomes NULL when the membership ends."""
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_owner_is_member" FOREIGN KEY (company_id, owner_id) '
        "REFERENCES tenancy_membership (company_id, user_id) ON DELETE SET NULL (owner_id)",
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_owner_is_member"',
    )


def append_only(table: str, *, update_allowed_if: str = "") -> RunSQL:
    """Rows of `table` may be added, never deleted or truncated, and changed only if a plpgsql condition holds."""
    function = f"{table}_refuse_change"
    body = f"{_allowed(update_allowed_if)} {_raise(f'{table} is append-only')}"
    forward = [
        _function(function, body),
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{function}"()',
        f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{function}"()',
    ]
    return RunSQL(";\n".join(forward), f'DROP FUNCTION "{function}"() CASCADE')


def guarded(
    table: str,
    *,
    name: str,
    event: str,
    condition: str,
    message: str,
    update_allowed_if: str = "",
    truncate: bool = False,
) -> RunSQL:
    """Refuses `event` (such as 'UPDATE OR DELETE') on rows of `table` when the plpgsql `condition` holds.

    Both conditions see OLD, NEW and TG_OP; where `update_allowed_if` holds, `condition` isn't asked.  With `truncate`
    the table can't be truncated either.
    """
    function = f"{table}_{name}"
    body = f"""{_allowed(update_allowed_if)}
          IF {condition} THEN
            {_raise(message)}
          END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;"""
    forward = [
        _function(function, body),
        f'CREATE TRIGGER "{function}" BEFORE {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{function}"()',
    ]
    backward = [f'DROP FUNCTION "{function}"() CASCADE']
    if truncate:
        forward += [
            _function(f"{function}_truncate", _raise(message)),
            f'CREATE TRIGGER "{function}_truncate" BEFORE TRUNCATE ON "{table}" '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{function}_truncate"()',
        ]
        backward += [f'DROP FUNCTION "{function}_truncate"() CASCADE']
    return RunSQL(";\n".join(forward), ";\n".join(backward))


def draft_only(table: str, columns: str, *, update_allowed_if: str = "") -> RunSQL:
    """Refuses to change any of the comma-separated `columns` of a document that is no draft.

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
        update_allowed_if=update_allowed_if,
    )


def number_kept(table: str, number: str) -> RunSQL:
    """A document with a `number` is never deleted, and keeps its number, company and key."""
    return guarded(
        table,
        name="number_kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR OLD.{number} <> NEW.{number} OR OLD.company_id <> NEW.company_id "
        "OR OLD.id <> NEW.id",
        message=f"{table}: a numbered document keeps its number and is never deleted",
        truncate=True,
    )


def lines_locked(
    table: str, parent_table: str, parent: str, changeable: Sequence[str] = (), *, update_allowed_if: str = ""
) -> list[RunSQL]:
    """Lines change while their document is a draft; `changeable` columns may always be updated."""
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
            update_allowed_if=update_allowed_if,
        ),
    ]


def texts_without_case() -> RunSQL:
    """The SQL function `texts_without_case`: a list of texts in lower case, which an index can hold."""
    return RunSQL(
        "CREATE FUNCTION texts_without_case(texts anyarray) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
        "AS 'SELECT coalesce(array_agg(lower(one::text)), ARRAY[]::text[]) FROM unnest(texts) one'",
        "DROP FUNCTION texts_without_case(anyarray)",
    )


def only_emptied() -> RunSQL:
    """The SQL function `only_emptied` that conditions of guards call."""
    return RunSQL(
        """CREATE FUNCTION only_emptied(old jsonb, new jsonb, emptied text[], free text[]) RETURNS boolean
        LANGUAGE sql IMMUTABLE AS $$
            SELECT (old - emptied - free) = (new - emptied - free) AND NOT EXISTS (
                SELECT FROM jsonb_each(new) AS now(name, value)
                WHERE name = ANY(emptied) AND value <> old->name AND value NOT IN ('""', 'null', '[]', '{}')
            )
        $$""",
        "DROP FUNCTION only_emptied",
    )


def emptied(columns: Sequence[str], free: Sequence[str] = ()) -> str:
    """A plpgsql condition: nothing changes but these columns, each of which becomes empty, and the `free` ones."""
    names, others = ("{" + ",".join(listed) + "}" for listed in (columns, free))
    return f"only_emptied(to_jsonb(OLD), to_jsonb(NEW), '{names}', '{others}')"


def is_erased(subject: str, *, wholly: bool) -> str:
    """A plpgsql condition: it is noted that the personal data of this key of the row's company was erased."""
    return f"audit_is_erased(NEW.company_id, NEW.{subject}, {'TRUE' if wholly else 'FALSE'})"


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


def _function(name: str, body: str) -> str:
    return f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$'


def _allowed(condition: str) -> str:
    # Nested, since rows have no OLD or NEW in other events, and AND may look at both sides.
    return f"IF TG_OP = 'UPDATE' THEN IF {condition} THEN RETURN NEW; END IF; END IF;" if condition else ""


def _raise(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
