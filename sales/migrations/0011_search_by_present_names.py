from django.db import migrations

from bigledger_crm.tenancy.folding import refold
from customers.triggers import note_renamed


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0010_numbers_as_people_sort'),
        ('customers', '0012_renamed_customers'),
    ]

    operations = [
        *refold("sales", "Item", {"search_text": None}),
        *refold("sales", "Quote", {"search_text": None}),
        *refold("sales", "SalesOrder", {"search_text": None}),
        note_renamed("sales_quote"),
        note_renamed("sales_salesorder"),
    ]
