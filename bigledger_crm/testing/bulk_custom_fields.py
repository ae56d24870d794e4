"""Values of custom fields for the customers that bulk_data makes, straight into their table."""

from django.db import connection
from msgspec import UNSET

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.custom_fields.services import create_custom_field
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope

CHOICES = ["Acme", "Borneo", "Cahaya", "Delima"]
# Which customers have a value, by the number n in theirs, and what it is: all, most of them, some, and very few.
_VALUES = {
    "branch": ("choice", "TRUE", f"lower((ARRAY{CHOICES})[1 + n % 7 % 4])"),
    "rank": ("number", "n % 5 > 0", "n * 7919 % 100000"),
    "since": ("date", "n % 5 = 0", "(date '2020-01-01' + n % 2190)::text"),
    "rare": ("text", "n % 200 < 4", "md5(n::text)"),
}


def fill_custom_fields(*companies: Company) -> None:
    """Declares fields of customers for companies that bulk_data filled, and says what each customer has in them."""
    for company in companies:
        with company_scope(company):
            for key, (kind, _where, _value) in _VALUES.items():
                choices = CHOICES if kind == "choice" else UNSET
                facts = CustomFieldInput(
                    object_type="customers", key=key, label=key.title(), type=kind, choices=choices
                )
                create_custom_field(system_actor(company), facts)
    table = CustomFieldValue._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")  # as in bulk_data
        for key, (kind, where, value) in _VALUES.items():
            column = "number" if kind == "number" else "text"
            cursor.execute(
                f'INSERT INTO "{table}" (id, company_id, field_id, object_id, {column}) '
                f"SELECT gen_random_uuid(), company_id, field_id, id, {value} FROM "
                "(SELECT customer.id, customer.company_id, field.id AS field_id, substr(customer_number, 6)::int AS n "
                "FROM customers_customer customer JOIN custom_fields_customfield field USING (company_id) "
                f"WHERE field.key = '{key}') numbered WHERE {where}"
            )
        cursor.execute(f'VACUUM ANALYZE "{table}"')
        cursor.execute("RESET synchronous_commit")
