"""Version 1: the values of custom fields as rows, and the triggers that keep them.  Frozen."""

from django.db.migrations import RunSQL

# What of a value can be found, by the type of its field: nothing of one that can't be read as that.
_VALUES = """
CREATE FUNCTION custom_field_values(field_type text, value jsonb) RETURNS TABLE (text text, number numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(lower(value #>> '{}'), 500), NULL::numeric
    WHERE field_type IN ('text', 'date', 'choice', 'person', 'link') AND jsonb_typeof(value) = 'string'
    UNION ALL
    SELECT DISTINCT left(lower(one #>> '{}'), 500), NULL::numeric
    FROM jsonb_array_elements(CASE WHEN jsonb_typeof(value) = 'array' THEN value ELSE '[]' END) one
    WHERE field_type = 'choices' AND jsonb_typeof(one) = 'string'
    UNION ALL
    SELECT NULL, CASE WHEN value = 'true' THEN 1 ELSE 0 END
    WHERE field_type = 'yes_no' AND jsonb_typeof(value) = 'boolean'
    UNION ALL
    SELECT NULL, found.number
    FROM (SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN (value #>> '{}')::numeric END) found(number)
    WHERE field_type IN ('number', 'money') AND abs(found.number) < 1e12 AND scale(trim_scale(found.number)) <= 6
$$"""
# One statement for an object and for all: the fields of a kind that aren't deleted.
_ROWS = """
INSERT INTO custom_fields_customfieldvalue (id, company_id, field_id, object_id, text, number, unique_key)
SELECT gen_random_uuid(), field.company_id, field.id, object, said.text, said.number,
    CASE WHEN field.is_unique THEN coalesce(said.text, trim_scale(said.number)::text) END
FROM custom_fields_customfield field, LATERAL custom_field_values(field.type, said_by_object -> field.key) said
WHERE field.company_id = company AND field.object_type = kind AND field.deleted_at IS NULL
    AND said_by_object ? field.key"""
_ADD = f"""
CREATE FUNCTION add_custom_field_values(company uuid, kind text, object uuid, said_by_object jsonb) RETURNS void
LANGUAGE sql AS $$ {_ROWS} $$"""
# Who declares a field waits for writers of values, and they for it: so none misses the other.
_LOCK = "hashtextextended('custom fields of ' || company::text, 0)"
_NOTE = f"""
CREATE FUNCTION note_custom_fields() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE company uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.company_id ELSE NEW.company_id END;
BEGIN
    PERFORM pg_advisory_xact_lock_shared({_LOCK});
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM custom_fields_customfieldvalue WHERE company_id = OLD.company_id AND object_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM add_custom_field_values(NEW.company_id, TG_ARGV[0], NEW.id, NEW.custom_fields);
    END IF;
    RETURN NULL;
END $$"""  # noqa: S608  # all of it is ours
_LOCKING = f"""
CREATE FUNCTION lock_custom_fields(company uuid) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock({_LOCK})
$$"""
_FUNCTIONS = {
    "custom_field_values(text, jsonb)": _VALUES,
    "add_custom_field_values(uuid, text, uuid, jsonb)": _ADD,
    "lock_custom_fields(uuid)": _LOCKING,
    "note_custom_fields()": _NOTE,
}
_EVENTS = {
    "new": ("INSERT", "NEW.custom_fields <> '{}'"),
    "changed": ("UPDATE OF custom_fields", "OLD.custom_fields IS DISTINCT FROM NEW.custom_fields"),
    "gone": ("DELETE", "OLD.custom_fields <> '{}'"),
}


def functions() -> list[RunSQL]:
    """The functions of triggers, and of the services that declare fields."""
    return [RunSQL(body, f"DROP FUNCTION {name}") for name, body in _FUNCTIONS.items()]


def keeps_custom_fields(table: str, kind: str) -> list[RunSQL]:
    """Triggers of a table with the columns `company_id`, `id` and `custom_fields`: rows that have none cost nothing."""
    return [
        RunSQL(
            f'CREATE TRIGGER "{table}_custom_fields_{name}" AFTER {event} ON "{table}" '
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION note_custom_fields('{kind}')",
            f'DROP TRIGGER "{table}_custom_fields_{name}" ON "{table}"',
        )
        for name, (event, condition) in _EVENTS.items()
    ]
