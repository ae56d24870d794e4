from django.db import migrations, models


def _pattern(name: str, default: str) -> migrations.AddField:
    return migrations.AddField("company", f"{name}_number_pattern", models.CharField(default=default, max_length=40))


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_guards")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        _pattern("customer", "CUST-{number:4}"),
        _pattern("quote", "QT-{year}-{number:4}"),
        _pattern("order", "SO-{year}-{number:4}"),
        _pattern("invoice", "INV-{year}-{number:4}"),
        _pattern("credit_note", "CN-{year}-{number:4}"),
    ]
