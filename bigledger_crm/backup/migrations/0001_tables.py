import bigledger_crm.kernel.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("backup", "0001_initial"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Backup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('started_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('size', models.BigIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
            ],
            options={
                'indexes': [models.Index(fields=['finished_at'], name='backup_by_finish')],
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gte', 0)), name='backup_size_not_negative')],
            },
        ),
    ]
