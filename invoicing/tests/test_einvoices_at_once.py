"""E-invoices that are made while others make them, or change the settings."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.einvoices import Reporting, reporting
from bigledger_crm.testing.threads import at_once, wait_for_a_waiting_lock
from invoicing.inputs import EInvoiceSettingsInput
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.services import consolidate, submit_einvoice, update_einvoice_settings

pytestmark = pytest.mark.usefixtures("committed", "no_broker")


@pytest.fixture
def reports(company: Company, actor: Actor) -> Iterator[Reporting]:
    with company_scope(company), reporting(company, actor) as found:
        yield found


def test_nobody_leaves_production_while_an_einvoice_is_made_for_it(reports: Reporting) -> None:
    EInvoiceSettings.objects.update(environment="production")
    invoice = reports.invoice()

    def leave() -> InvalidData | None:
        try:
            with company_scope(reports.company):
                update_einvoice_settings(reports.actor, EInvoiceSettingsInput(environment="simulator"))
        except InvalidData as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            submit_einvoice(reports.actor, invoice)
            leaving = threads.submit(leave)
            wait_for_a_waiting_lock()
        error = leaving.result()
    assert error is not None
    assert [one.path for one in error.errors] == [("environment",)]
    assert EInvoiceSettings.objects.get().environment == EInvoice.objects.get().environment == "production"


def test_a_month_is_consolidated_once(reports: Reporting) -> None:
    counter = reports.buyer(name="Counter sales", einvoice_preference="consolidated")
    sales = {reports.invoice(counter).pk for _ in range(3)}
    reports.pass_time(days=31)

    def report() -> list[EInvoice]:
        return consolidate(reports.actor, date(2026, 11, 1))

    work: list[Callable[[], list[EInvoice]]] = [report] * 4
    made, failures = at_once(work, company=reports.company)
    assert [type(error) for error in failures] == [InvalidData] * 3
    ((einvoice,),) = made
    assert {source.invoice_id for source in einvoice.sources.all()} == sales
