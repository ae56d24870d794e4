"""The background tasks of invoicing."""

from uuid import UUID

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from bigledger_crm.schedule.services import run_once
from invoicing.analytics.sales_sums_job import keep_sales_sums_for_a_while
from invoicing.integrity.books_check import run_books_check
from invoicing.models.books_check import LONGEST
from invoicing.reports.mailing import send_due_reports
from invoicing.services import batch_work, einvoice_processing, einvoice_queueing, einvoice_reconciliation
from invoicing.services.batches import WORK
from invoicing.services.books_checks import STOPPED, give_up_books_check
from invoicing.services.einvoice_reconciliation import RECONCILE
from invoicing.services.einvoices import PROCESS
from invoicing.services.invoice_settlement import note_all_overdue
from invoicing.services.journal import post_all_journals
from invoicing.services.reminders import send_due_reminders
from invoicing.services.tin_checks import check_company_tins, request_missing_tin_checks


@shared_task(ignore_result=True)
def note_overdue() -> None:
    """Tells webhooks of the invoices that became overdue."""
    run_once("note-overdue-invoices", note_all_overdue)


@shared_task(ignore_result=True)
def send_reminders() -> None:
    """Sends the reminders that are due."""
    run_once("send-reminders", send_due_reminders)


@shared_task(ignore_result=True)
def send_saved_reports() -> None:
    """Sends the saved reports that are due."""
    run_once("send-saved-reports", send_due_reports)


@shared_task(ignore_result=True)
def keep_sales_sums() -> None:
    """Adds up the sales of days and months that have changed."""
    run_once("keep-sales-sums", keep_sales_sums_for_a_while)


@shared_task(ignore_result=True)
def post_journals() -> None:
    """Adds to the journals what happened since."""
    run_once("post-journals", post_all_journals)


@shared_task(name=PROCESS, ignore_result=True)
def process_einvoices(company_id: str) -> None:
    """Speaks to LHDN for a company."""
    einvoice_processing.process_einvoices(UUID(company_id))


@shared_task(ignore_result=True)
def sweep_einvoices() -> None:
    """Notifies workers of the companies that have something for LHDN."""
    run_once("sweep-einvoices", einvoice_processing.sweep_einvoices)


@shared_task(ignore_result=True)
def queue_einvoices() -> None:
    """Makes the e-invoices that companies want by themselves."""
    run_once("queue-einvoices", einvoice_queueing.queue_einvoices)


@shared_task(name=WORK, ignore_result=True)
def work_on_batch(batch_id: str, turn: int) -> None:
    """Does a slice of a batch."""
    batch_work.work_on_batch(UUID(batch_id), turn)


@shared_task(ignore_result=True)
def sweep_batches() -> None:
    """Notifies workers of the batches that nobody works at."""
    run_once("sweep-batches", batch_work.sweep_batches)


@shared_task(ignore_result=True)
def check_tins(company: str) -> None:
    """Asks LHDN about customers of a company."""
    check_company_tins(UUID(company))


@shared_task(ignore_result=True)
def request_tin_checks() -> None:
    """Lets workers ask about customers whom LHDN couldn't be asked about before."""
    run_once("check-tins", request_missing_tin_checks)


@shared_task(ignore_result=True)
def reconcile_einvoices() -> None:
    """Has the e-invoices of each company compared with LHDN's."""
    run_once("reconcile-einvoices", einvoice_reconciliation.reconcile_all)


@shared_task(name=RECONCILE, ignore_result=True)
def reconcile_einvoices_of(company_id: str) -> None:
    """Compares the e-invoices of a company with LHDN's."""
    einvoice_reconciliation.reconcile_einvoices(UUID(company_id))


@shared_task(
    ignore_result=True,
    acks_late=False,  # it takes longer than the broker waits for an answer; its row tells what became of it
    soft_time_limit=int(LONGEST.total_seconds()),
    time_limit=int(LONGEST.total_seconds()) + 60,
)
def check_books(check: str) -> None:
    """Checks the books of a company, which an operator asked for."""
    try:
        run_books_check(UUID(check))
    except SoftTimeLimitExceeded:
        give_up_books_check(UUID(check), STOPPED)
    except Exception as error:
        give_up_books_check(UUID(check), f"{type(error).__name__}: {error}"[:1000])
        raise
