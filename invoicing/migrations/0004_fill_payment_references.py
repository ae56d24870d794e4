from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from stdnum.iso7064 import mod_97_10

_AT_ONCE = 1000
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FILL = """
UPDATE invoicing_invoice SET payment_reference = filled.reference,
    search_text = search_text || ' ' || lower(filled.reference)
FROM unnest(%s::uuid[], %s::text[]) AS filled(id, reference) WHERE invoicing_invoice.id = filled.id
"""


def _reference(text: str) -> str:
    return f"RF{mod_97_10.calc_check_digits(f'{text}RF')}{text}" if 0 < len(text) <= 21 else ""


def _of_key(value: int) -> str:
    value, text = value % 2**80, ""
    while value:
        value, digit = divmod(value, 36)
        text = _DIGITS[digit] + text
    return _reference(text)


def _fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """As the services make them: of the number, else of the key where an older invoice of the company has that."""
    connection = schema_editor.connection
    invoices = apps.get_model("invoicing", "Invoice")._base_manager.order_by("company_id", "id")
    taken = set(invoices.exclude(payment_reference="").values_list("company_id", "payment_reference"))
    left = list(invoices.filter(payment_reference="").values_list("company_id", "id", "invoice_number"))
    for start in range(0, len(left), _AT_ONCE):
        keys, references = [], []
        for company, key, number in left[start : start + _AT_ONCE]:
            reference = _reference("".join(letter for letter in number.upper() if letter in _DIGITS))
            if not reference or (company, reference) in taken:
                reference = _of_key(key.int)
            taken.add((company, reference))
            keys.append(key)
            references.append(reference)
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(_FILL, [keys, references])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0003_payment_reference")]
    operations = [migrations.RunPython(_fill, migrations.RunPython.noop)]
