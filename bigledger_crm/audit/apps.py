from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "bigledger_crm.audit"
    label = "audit"
    verbose_name = "Audit log"
