import bigledger_crm.kernel.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("schedule", "0001_initial"),
        ("schedule", "0002_job_failure"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='JobFailure',
            fields=[
                ('job', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('failed_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('error', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=60)),
                ('slot', models.DateTimeField()),
                ('started_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['started_at'], name='jobrun_by_start')],
                'constraints': [models.UniqueConstraint(fields=('job', 'slot'), name='jobrun_once')],
            },
        ),
    ]
