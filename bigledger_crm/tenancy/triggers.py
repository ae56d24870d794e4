"""Migration steps for tables that the database itself guards."""

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
