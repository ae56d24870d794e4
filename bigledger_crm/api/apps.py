from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "bigledger_crm.api"
    label = "bigledger_api"
