from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "bigledger_crm.web"
    label = "bigledger_pages"
    verbose_name = "Pages"
