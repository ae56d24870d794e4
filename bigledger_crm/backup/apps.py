from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "bigledger_crm.backup"
    label = "backup"
    verbose_name = "Backups"
