"""Backups in the admin: to be read; they are made at night, or by `manage.py backup`."""

from django.contrib import admin

from bigledger_crm.backup.models import Backup
from bigledger_crm.tenancy.admin_base import ReadOnlyInstallationAdmin


@admin.register(Backup)
class BackupAdmin(ReadOnlyInstallationAdmin):
    """What was made when, and what went wrong."""

    list_display = ["name", "started_at", "finished_at", "size", "error"]
    list_filter = ["started_at", ("finished_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "error"]
