"""Version 1: what guards a document lets it follow its customer into another one, and nothing else.  Frozen."""

from django.db.migrations import RunSQL

# A plpgsql condition: the row changes nothing but its customer, who was merged into the new one.
FOLLOWS_MERGED_CUSTOMER = "customers_only_moved(to_jsonb(OLD), to_jsonb(NEW))"

# What the database computes isn't there yet when a trigger looks.
_FREE = "- 'customer_id' - 'amount_due' - 'stage' - 'number_sort'"


def only_moved() -> RunSQL:
    """The SQL function `customers_only_moved` that the condition calls."""
    return RunSQL(
        f"""CREATE FUNCTION customers_only_moved(old jsonb, new jsonb) RETURNS boolean LANGUAGE sql STABLE
        AS $$ SELECT old->>'customer_id' <> new->>'customer_id' AND (old {_FREE}) = (new {_FREE}) AND EXISTS (
            SELECT FROM customers_customer
            WHERE id = (old->>'customer_id')::uuid AND merged_into_id = (new->>'customer_id')::uuid
        ) $$""",  # noqa: S608 the names are ours
        "DROP FUNCTION customers_only_moved",
    )
