"""Takes Malaysian TINs out of the field for the tax number, which is the SST number there; it has 14 digits."""

from django.db import migrations

_TIN = "^(C|CS|D|F|FA|IG|J|LE|OG|PT|SG|TA|TC|TN|TP|TR)[0-9]{9,12}$"
_MOVE = f"""
    UPDATE tenancy_company SET tin = upper(regexp_replace(tax_number, '[[:space:]-]', '', 'g')), tax_number = ''
    WHERE country = 'MY' AND tin = '' AND upper(regexp_replace(tax_number, '[[:space:]-]', '', 'g')) ~ '{_TIN}'
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0015_company_registrations")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(_MOVE, migrations.RunSQL.noop),
    ]
