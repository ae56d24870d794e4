from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "bigledger_crm.documents"
    label = "documents"
    verbose_name = "Stored documents"
