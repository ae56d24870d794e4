"""Migration steps: what guards a document lets it follow its customer into another one, and nothing else."""

from django.db.migrations import RunSQL

# What the database computes isn't there yet when a trigger looks.
_COMPUTED = "- 'customer_id' - 'amount_due' - 'stage'"


def _only_moved(computed: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION customers_only_moved(old jsonb, new jsonb) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT old->>'customer_id' <> new->>'customer_id' AND (old {computed}) = (new {computed}) AND EXISTS (
        SELECT FROM customers_customer
        WHERE id = (old->>'customer_id')::uuid AND merged_into_id = (new->>'customer_id')::uuid
    ) $$"""  # noqa: S608 the names are ours


ONLY_MOVED = RunSQL(_only_moved(_COMPUTED), "DROP FUNCTION customers_only_moved")
ONLY_MOVED_WITH_SORT_KEYS = RunSQL(_only_moved(f"{_COMPUTED} - 'number_sort'"), _only_moved(_COMPUTED))
_LET_THROUGH = (
    "BEGIN IF TG_OP = 'UPDATE' THEN IF customers_only_moved(to_jsonb(OLD), to_jsonb(NEW)) "
    "THEN RETURN NEW; END IF; END IF;"
)


def lets_mergers_pass(function: str) -> RunSQL:
    """Migration step: the trigger function lets a row change its customer along `merged_into`."""

    def rewritten(old: str, new: str) -> str:
        old, new = old.replace("'", "''"), new.replace("'", "''")
        return f"""DO $do$ DECLARE body text := pg_get_functiondef('"{function}"'::regproc); BEGIN
            IF position('{old}' IN body) = 0 THEN RAISE EXCEPTION '{function} is not as expected'; END IF;
            EXECUTE overlay(body PLACING '{new}' FROM position('{old}' IN body) FOR length('{old}'));
        END $do$"""

    return RunSQL(rewritten("BEGIN", _LET_THROUGH), rewritten(_LET_THROUGH, "BEGIN"))


def note_renamed(table: str) -> RunSQL:
    """Migration step: notes the customers whose documents in `table` carry another name than theirs is now."""
    return RunSQL(
        f"UPDATE customers_customer customer SET was_renamed = true FROM {table} document "  # noqa: S608 table names are ours
        "WHERE document.customer_id = customer.id AND document.customer_name <> customer.name",
        RunSQL.noop,
    )
