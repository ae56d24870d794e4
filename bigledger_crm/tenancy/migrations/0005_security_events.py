import django.db.models.deletion
from django.db import migrations, models

import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
from bigledger_crm.tenancy.triggers import guarded


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_sign_in_attempts")]

    operations = [
        # Counts of the last minutes: nothing that must be kept.
        migrations.DeleteModel(name="SignInAttempts"),
        migrations.CreateModel(
            name="SignInAttempts",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField()),
                ("paused_until", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["expires_at"], name="signinattempts_by_expiry")]},
        ),
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("occurred_at", models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ("event", models.CharField(max_length=60)),
                (
                    "company",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.company",
                    ),
                ),
                ("actor_id", models.CharField(blank=True, max_length=40)),
                ("actor_name", models.CharField(blank=True, max_length=254)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("subject", models.CharField(blank=True, max_length=254)),
                ("note", models.TextField(blank=True)),
                ("changes", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["-occurred_at", "-id"],
                "indexes": [
                    models.Index(fields=["-occurred_at", "-id"], name="securityevent_recent"),
                    models.Index(fields=["event", "occurred_at"], name="securityevent_by_event"),
                ],
            },
        ),
        guarded(
            "tenancy_securityevent",
            name="append_only",
            event="UPDATE OR DELETE",
            condition="TG_OP = 'UPDATE' OR OLD.event <> 'security.sign_in_failed' "
            "OR OLD.occurred_at > now() - interval '90 days'",
            message="tenancy_securityevent is append-only",
            truncate=True,
        ),
    ]
