from django.apps import AppConfig


class CustomFieldsConfig(AppConfig):
    name = "bigledger_crm.custom_fields"
    label = "custom_fields"
    verbose_name = "Custom fields"
