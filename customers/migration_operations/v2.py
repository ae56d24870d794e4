"""Version 2: custom fields of documents are personal data, and go with it.  Frozen."""

from django.db.migrations import RunSQL

# Of a document that was never issued or agreed, each of these may become empty.
_BEFORE = (
    "customer_email,customer_phone,customer_tax_number,billing_address,shipping_address,title,description,reference,"
    "notes,purchase_order,tracking_number,accepted_by,decline_reason,cancel_reason,tags"
)
# Of every other document of an erased customer.
_CONTACT = "customer_email,customer_phone"
# What searches look at, and what the database computes, which isn't there yet when a trigger looks.
_FREE = "search_text,updated_at,number_sort,amount_due,stage,unapplied"


def only_erased() -> RunSQL:
    """The SQL function `customers_only_erased` of version 1, for documents with custom fields."""
    return RunSQL(_function(f"{_BEFORE},custom_fields"), _function(_BEFORE))


def _function(personal: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION customers_only_erased(old jsonb, new jsonb) RETURNS boolean
        LANGUAGE sql STABLE AS $$
            SELECT (
                audit_is_erased((new->>'company_id')::uuid, (new->>'id')::uuid, FALSE)
                AND only_emptied(old, new, '{{{_CONTACT}}}', '{{{_FREE}}}')
            ) OR (
                audit_is_erased((new->>'company_id')::uuid, (new->>'id')::uuid, TRUE)
                AND only_emptied(old, new, '{{{personal}}}', '{{customer_name,{_FREE}}}')
                AND (new->>'customer_name' = old->>'customer_name'
                     OR starts_with(new->>'customer_name', 'Anonymised customer '))
            )
        $$"""
