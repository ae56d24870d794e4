"""Celery's beat schedule.  A job runs once in each slot of its interval: see bigledger_crm.schedule."""

from datetime import timedelta
from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-outbox": {
        "task": "bigledger_crm.outbox.tasks.sweep_outbox",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "send-reminders": {
        "task": "invoicing.tasks.send_reminders",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "send-saved-reports": {
        "task": "invoicing.tasks.send_saved_reports",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "note-overdue-invoices": {
        "task": "invoicing.tasks.note_overdue",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "sweep-einvoices": {
        "task": "invoicing.tasks.sweep_einvoices",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "sweep-batches": {
        "task": "invoicing.tasks.sweep_batches",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "queue-einvoices": {
        "task": "invoicing.tasks.queue_einvoices",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "reconcile-einvoices": {
        "task": "invoicing.tasks.reconcile_einvoices",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "keep-sales-sums": {
        "task": "invoicing.tasks.keep_sales_sums",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "post-journals": {
        "task": "invoicing.tasks.post_journals",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "check-tins": {
        "task": "invoicing.tasks.request_tin_checks",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "forget-idempotency-answers": {
        "task": "bigledger_crm.api.tasks.forget_idempotency_answers",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget-submitted-forms": {
        "task": "bigledger_crm.pages.tasks.forget_submitted_forms",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget-unsaved-forms": {
        "task": "bigledger_crm.pages.tasks.forget_unsaved_forms",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget-sign-in-attempts": {
        "task": "bigledger_crm.pages.tasks.forget_sign_in_attempts",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "send-account-emails": {
        "task": "bigledger_crm.account.tasks.send_account_emails",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "clear-ended-sessions": {
        "task": "bigledger_crm.pages.tasks.clear_ended_sessions",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "delete-waiting-files": {
        "task": "bigledger_crm.documents.tasks.delete_waiting_files",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "sweep-person-archives": {
        "task": "bigledger_crm.privacy.tasks.sweep_person_archives",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "delete-person-archives": {
        "task": "bigledger_crm.privacy.tasks.delete_person_archives",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "sweep-company-exports": {
        "task": "bigledger_crm.company_archive.tasks.sweep_company_exports",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "delete-company-exports": {
        "task": "bigledger_crm.company_archive.tasks.delete_company_exports",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "sweep-imports": {
        "task": "bigledger_crm.imports.tasks.sweep_imports",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "delete-old-imports": {
        "task": "bigledger_crm.imports.tasks.delete_old_imports",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "apply-retention": {
        "task": "bigledger_crm.privacy.tasks.apply_retention",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "back-up": {
        "task": "bigledger_crm.backup.tasks.back_up_nightly",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "forget-job-runs": {
        "task": "bigledger_crm.schedule.tasks.forget_job_runs",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "merge-noted-changes": {
        "task": "bigledger_crm.schedule.tasks.merge_noted_changes",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
}
