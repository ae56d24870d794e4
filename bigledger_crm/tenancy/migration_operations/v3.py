"""Version 3: guards made anew, and conditions for taking personal data out of rows.  Frozen."""

from collections.abc import Sequence

from django.db.migrations import RunSQL


def replaced(old: RunSQL, new: RunSQL) -> RunSQL:
    """A guard in place of another one; `old` is the operation that made it."""
    return RunSQL(f"{old.reverse_sql};\n{new.sql}", f"{new.reverse_sql};\n{old.sql}")


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
