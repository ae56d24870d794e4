from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "bigledger_crm.pages"
    label = "bigledger_pages"
