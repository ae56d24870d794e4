"""Speaking to MyInvois for one company, and keeping what it answered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.models import Company
from invoicing.models import EInvoiceExchange, EInvoiceSettings
from invoicing.services.einvoice_client import client_of

if TYPE_CHECKING:
    from invoicing.myinvois.exchange import Exchange


class Conversation:
    """The client of a company; `keep` writes the answers that came since the last time."""

    def __init__(self, company: Company, found: EInvoiceSettings) -> None:
        """Raises EInvoiceSecretUnreadable, EInvoiceSimulatorMissing, and Unavailable where OUTGOING is off."""
        self._company = company
        self._exchanges: list[Exchange] = []
        self.client = client_of(found, self._exchanges.append)

    def keep(self, einvoices: Sequence[UUID]) -> None:
        """Writes the raw answers, as those about these e-invoices."""
        kept, self._exchanges[:] = list(self._exchanges), []
        EInvoiceExchange.objects.bulk_create(
            EInvoiceExchange(
                id=ids.new_id(),
                company=self._company,
                einvoices=list(einvoices),
                operation=exchange.operation,
                request=f"{exchange.method} {exchange.path}"[:300],
                status_code=exchange.status,
                correlation_id=exchange.correlation_id[:100],
                answer=exchange.body or exchange.fault,
                duration_ms=exchange.duration_ms,
                created_at=exchange.at,
            )
            for exchange in kept
        )

    def forget(self) -> None:
        """Drops the answers that told nothing new."""
        self._exchanges.clear()
