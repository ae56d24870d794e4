"""What workers do for e-invoices: everything of a company that is due, one call to LHDN after the other."""

from datetime import timedelta
from uuid import UUID

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from invoicing.models import EInvoice
from invoicing.myinvois.errors import Unavailable
from invoicing.queries.einvoice_settings import settings_of
from invoicing.queries.einvoices import due_companies
from invoicing.services.einvoice_conversation import Conversation
from invoicing.services.einvoice_polling import ask_next
from invoicing.services.einvoice_sending import send_next_batch
from invoicing.services.einvoices import PROCESS

SECONDS_TO_FIRST_RESULT = 3
_SWITCHED_OFF = timedelta(hours=1)


def process_einvoices(company_id: UUID) -> int:
    """One batch and one question of a company; how many e-invoices they were about.

    What is left, another task does, so that companies take turns.  Call it outside transactions.
    """
    company = Company.objects.get(pk=company_id)
    with company_scope(company):
        found = settings_of(company)
        if found is None:
            _leave("E-invoicing is off")
            return 0
        try:
            conversation = Conversation(company, found)
        except (DomainError, Unavailable) as error:
            _leave(error.message)
            return 0
        sent = send_next_batch(conversation, found)
        asked = ask_next(conversation, found)
        _leave("The company reports to another place now", besides=found.environment)
    if sent or asked:
        notify_worker(company_id, PROCESS, seconds=SECONDS_TO_FIRST_RESULT if not _is_due(company_id) else 0)
    return sent + asked


def sweep_einvoices() -> int:
    """Notifies workers of the companies that have something due; of how many."""
    return sum(notify_worker(company_id, PROCESS) for company_id in due_companies(clock.now()))


def _is_due(company_id: UUID) -> bool:
    return EInvoice.unscoped.filter(company_id=company_id, next_attempt_at__lte=clock.now()).exists()


def _leave(why: str, *, besides: str = "") -> None:
    """Lays what is due aside for an hour."""
    now = clock.now()
    due = EInvoice.objects.filter(next_attempt_at__lte=now).exclude(environment=besides)
    due.update(next_attempt_at=now + _SWITCHED_OFF, last_error=why)
