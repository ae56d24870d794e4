from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "bigledger_crm.outbox"
    label = "outbox"
    verbose_name = "Emails and webhooks"
