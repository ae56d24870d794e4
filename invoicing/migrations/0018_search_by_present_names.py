from django.db import migrations

from bigledger_crm.tenancy.folding import refold
from customers.triggers import note_renamed


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0017_overdue_noted'),
        ('sales', '0011_search_by_present_names'),
    ]

    operations = [
        *refold("invoicing", "Invoice", {"search_text": None}),
        *refold("invoicing", "CreditNote", {"search_text": None}),
        *refold("invoicing", "Payment", {"search_text": None}),
        note_renamed("invoicing_invoice"),
        note_renamed("invoicing_creditnote"),
    ]
