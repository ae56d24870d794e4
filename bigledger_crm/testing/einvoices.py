"""A company that reports to a simulator of MyInvois, and what waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine
from django.test import override_settings

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.encryption import encrypt
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import Customer
from invoicing.einvoice.demo_client import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_TIN
from invoicing.einvoice_simulator.testing import RunningSimulator, running_simulator
from invoicing.models import EInvoice, EInvoiceSettings, Invoice
from invoicing.queries.einvoice_settings import PURPOSE
from invoicing.services.einvoice_processing import process_einvoices

MOMENT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
ADDRESS = {
    "street": "1 Jalan Ampang",
    "city": "Kuala Lumpur",
    "state": "Kuala Lumpur",
    "postalCode": "50450",
    "country": "MY",
}
COMPANY: dict[str, Any] = {
    "legal_name": "Tech Supplies Sdn Bhd",
    "tin": DEMO_TIN,
    "registration_number": "201901012345",
    "msic_code": "46510",
    "business_activity": "Wholesale of computers",
    "phone": "+60312345678",
    "address": ADDRESS,
}
BUYER: dict[str, Any] = {
    "phone": "+60123456789",
    "address": ADDRESS,
    "tin": "C10203040050",
    "identification_type": "brn",
    "identification_number": "201901000005",
}


class Reporting:
    """The simulator and the clock of a company that reports everything from 2026 on."""

    def __init__(self, company: Company, actor: Actor, simulator: RunningSimulator, traveller: Any) -> None:
        self.company, self.actor, self.simulator, self._traveller = company, actor, simulator, traveller

    def buyer(self, **fields: Any) -> Customer:
        """A customer whom LHDN knows."""
        return make_customer(self.actor, **{**BUYER, **fields})

    def invoice(self, customer: Customer | None = None, *, text: str = "Scanner", price: str = "100.00") -> Invoice:
        """An issued invoice with one line."""
        return make_invoice(self.actor, customer or self.buyer(), [line("1", price, description=text)])

    def pass_time(self, **duration: float) -> None:
        """Moves the clock of everything."""
        self._traveller.move_to(clock.now() + timedelta(**duration))

    def process(self, *, seconds: float = 0, rounds: int = 1) -> int:
        """What workers do, so often, after a while each time; how many e-invoices they were at."""
        worked = 0
        for _ in range(rounds):
            self.pass_time(seconds=seconds)
            worked += process_einvoices(self.company.pk)
        return worked

    def settle(self, hours: float = 1) -> None:
        """Lets workers work every few minutes for a while."""
        for _ in range(int(hours * 12)):
            self.process(seconds=300)

    def statuses(self) -> list[tuple[str, str]]:
        """Numbers and statuses of the company's e-invoices, in the order in which they were made."""
        return list(EInvoice.objects.order_by("id").values_list("number", "status"))


@contextmanager
def reporting(company: Company, actor: Actor, *, at: datetime = MOMENT, **settings: Any) -> Iterator[Reporting]:
    """A company in Malaysia with its simulator, at a moment that stands still; `settings` are those of e-invoicing."""
    Company.objects.filter(pk=company.pk).update(**COMPANY)
    company.refresh_from_db()
    actor.company.refresh_from_db()
    with (
        time_machine.travel(at, tick=False) as traveller,
        running_simulator() as simulator,
        override_settings(MYINVOIS_SIMULATOR_URL=simulator.url),
    ):
        EInvoiceSettings.objects.create(
            company=company,
            environment="simulator",
            client_id=DEMO_CLIENT_ID,
            client_secret=encrypt(PURPOSE, DEMO_CLIENT_SECRET),
            starts_on=date(2026, 1, 1),
            **settings,
        )
        yield Reporting(company, actor, simulator, traveller)
