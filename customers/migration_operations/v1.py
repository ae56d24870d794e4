"""Version 1: what guards a document lets it follow its customer into another one, and lose personal data.  Frozen."""

from django.db.migrations import RunSQL

# A plpgsql condition: the row changes nothing but its customer, who was merged into the new one, or as ERASED says.
FOLLOWS_MERGED_CUSTOMER = "customers_only_moved(to_jsonb(OLD), to_jsonb(NEW))"
# A plpgsql condition: nothing changes but personal data, which goes, where it is noted that it is erased.
ERASED = "customers_only_erased(to_jsonb(OLD), to_jsonb(NEW))"

# Of a document that was never issued or agreed, each of these may become empty.
_PERSONAL = (
    "customer_email,customer_phone,customer_tax_number,billing_address,shipping_address,title,description,reference,"
    "notes,purchase_order,tracking_number,accepted_by,decline_reason,cancel_reason,tags"
)
# Of every other document of an erased customer.
_CONTACT = "customer_email,customer_phone"
# What searches look at, and what the database computes, which isn't there yet when a trigger looks.
_FREE = "search_text,updated_at,number_sort,amount_due,stage,unapplied"


def only_erased() -> RunSQL:
    """The SQL function `customers_only_erased`: nothing changes but personal data, which goes."""
    return RunSQL(
        f"""CREATE FUNCTION customers_only_erased(old jsonb, new jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT (
                audit_is_erased((new->>'company_id')::uuid, (new->>'id')::uuid, FALSE)
                AND only_emptied(old, new, '{{{_CONTACT}}}', '{{{_FREE}}}')
            ) OR (
                audit_is_erased((new->>'company_id')::uuid, (new->>'id')::uuid, TRUE)
                AND only_emptied(old, new, '{{{_PERSONAL}}}', '{{customer_name,{_FREE}}}')
                AND (new->>'customer_name' = old->>'customer_name'
                     OR starts_with(new->>'customer_name', 'Anonymised customer '))
            )
        $$""",
        "DROP FUNCTION customers_only_erased",
    )


def only_moved_or_erased() -> RunSQL:
    """The SQL function `customers_only_moved` that guards call."""
    # What the database computes isn't there yet when a trigger looks.
    without = "- 'customer_id' - 'amount_due' - 'stage' - 'number_sort' - 'unapplied'"
    return RunSQL(
        f"""CREATE FUNCTION customers_only_moved(old jsonb, new jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT (
                old->>'customer_id' <> new->>'customer_id' AND (old {without}) = (new {without}) AND EXISTS (
                    SELECT FROM customers_customer
                    WHERE id = (old->>'customer_id')::uuid AND merged_into_id = (new->>'customer_id')::uuid
                )
            ) OR customers_only_erased(old, new)
        $$""",  # noqa: S608 the names are ours
        "DROP FUNCTION customers_only_moved",
    )
