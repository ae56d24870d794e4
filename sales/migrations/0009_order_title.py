from django.db import migrations, models

from bigledger_crm.tenancy.triggers import guarded


class Migration(migrations.Migration):
    dependencies = [("sales", "0008_line_units")]
    operations = [
        migrations.AlterField(
            model_name="quote", name="title", field=models.CharField(blank=True, default="", max_length=200)
        ),
        migrations.AddField(
            model_name="salesorder", name="title", field=models.CharField(blank=True, default="", max_length=200)
        ),
        guarded(
            "sales_salesorder",
            name="title_kept",
            event="UPDATE",
            condition="OLD.status <> 'draft' AND OLD.title IS DISTINCT FROM NEW.title",
            message="sales_salesorder: the title of an order that is agreed stays",
        ),
    ]
