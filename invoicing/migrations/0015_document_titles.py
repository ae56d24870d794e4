from django.db import migrations, models

from bigledger_crm.tenancy.triggers import guarded


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0014_line_units")]
    operations = [
        migrations.AddField(
            model_name="invoice", name="title", field=models.CharField(blank=True, default="", max_length=200)
        ),
        migrations.AddField(
            model_name="creditnote", name="title", field=models.CharField(blank=True, default="", max_length=200)
        ),
        guarded(
            "invoicing_invoice",
            name="title_kept",
            event="UPDATE",
            condition="OLD.status <> 'draft' AND OLD.title IS DISTINCT FROM NEW.title",
            message="invoicing_invoice: the title of an issued invoice stays",
        ),
    ]
