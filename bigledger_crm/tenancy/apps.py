from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "bigledger_crm.tenancy"
    label = "tenancy"
    verbose_name = "Companies and people"
