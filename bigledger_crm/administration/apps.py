from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "bigledger_crm.administration"
    label = "administration"
