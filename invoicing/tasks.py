"""What the worker does for invoicing."""

from celery import shared_task

from bigledger_crm.schedule.services import run_once
from invoicing.services.invoice_settlement import note_all_overdue
from invoicing.services.reminders import send_due_reminders


@shared_task(ignore_result=True)
def note_overdue() -> None:
    """Tells webhooks of the invoices that became overdue."""
    run_once("note-overdue-invoices", note_all_overdue)


@shared_task(ignore_result=True)
def send_reminders() -> None:
    """Sends the reminders that are due."""
    run_once("send-reminders", send_due_reminders)
