from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "bigledger_crm.numbering"
    label = "numbering"
    verbose_name = "Numbering"
