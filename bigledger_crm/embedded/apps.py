from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "bigledger_crm.embedded"
    label = "embedded"
