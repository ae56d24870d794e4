"""Celery's beat schedule.  A job runs once in each slot of its interval, whoever asks: see bigledger_crm.schedule."""

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
    "note-overdue-invoices": {
        "task": "invoicing.tasks.note_overdue",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
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
}
