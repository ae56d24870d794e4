from django.apps import AppConfig


class CompanyArchiveConfig(AppConfig):
    name = "bigledger_crm.company_archive"
    label = "company_archive"
    verbose_name = "Company archives"
