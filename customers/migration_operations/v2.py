"""Version 2: as 1, for rows of which the database also computes what is left of them.  Frozen."""

from django.db.migrations import RunSQL

# What the database computes isn't there yet when a trigger looks.
_FREE = ("customer_id", "amount_due", "stage", "number_sort")
_COMPUTED = ("unapplied",)


def only_moved() -> RunSQL:
    """The SQL function `customers_only_moved` of version 1, made anew."""
    return RunSQL(_function(*_FREE, *_COMPUTED), _function(*_FREE))


def _function(*free: str) -> str:
    without = " ".join(f"- '{name}'" for name in free)
    return f"""CREATE OR REPLACE FUNCTION customers_only_moved(old jsonb, new jsonb) RETURNS boolean LANGUAGE sql STABLE
        AS $$ SELECT old->>'customer_id' <> new->>'customer_id' AND (old {without}) = (new {without}) AND EXISTS (
            SELECT FROM customers_customer
            WHERE id = (old->>'customer_id')::uuid AND merged_into_id = (new->>'customer_id')::uuid
        ) $$"""  # noqa: S608 the names are ours
