"""Asking LHDN whether it knows customers by their TIN with their number: after they were saved, once for each pair."""

import logging
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bigledger_crm.kernel.errors import DomainError, Unavailable
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.schedule.services import only_one
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from customers.models import Customer
from customers.services import TinChecker, keep_tin_check, tin_checkers
from invoicing.einvoice.identifiers import GENERAL_TINS, clean_id_number, clean_tin
from invoicing.einvoice_errors import EInvoicesNotSetUp
from invoicing.models import EInvoiceSettings
from invoicing.myinvois.client import MyInvoisClient
from invoicing.myinvois.errors import MyInvoisError, Rejected
from invoicing.queries.einvoice_settings import connection_of, settings_of
from invoicing.rules.einvoice_settings import MALAYSIA
from invoicing.services.einvoice_client import client_for, require_outgoing

CHECK_TINS = "invoicing.tasks.check_tins"
MOST_IN_A_RUN = 50  # LHDN takes 60 questions in a minute; what is left is asked in the next run
_ANSWER_SECONDS = 15.0
logger = logging.getLogger(__name__)


def register() -> None:
    """Lets customers be checked when they are saved."""
    tin_checkers.register(TinChecker("myinvois", request_tin_check))


def request_tin_check(customer: Customer) -> None:
    """Lets a worker ask after the commit, where the company reports e-invoices."""
    if EInvoiceSettings.objects.exclude(environment="").exists():
        notify = partial(worker_notifications.notify_worker, customer.company_id, CHECK_TINS)
        transaction.on_commit(notify, robust=True)


def request_missing_tin_checks() -> int:
    """Lets workers ask what nobody could ask before, in all companies; in how many."""
    asked = 0
    for company in Company.objects.filter(is_active=True, country=MALAYSIA).order_by("pk"):
        with company_scope(company):
            if settings_of(company) is not None and _unchecked().exists():
                asked += worker_notifications.notify_worker(company.pk, CHECK_TINS)
    return asked


def check_company_tins(company_id: UUID) -> int:
    """Asks about customers that nobody was asked about yet, until LHDN can't be asked; how many were checked.

    Not inside a transaction.
    """
    company = Company.objects.filter(pk=company_id, is_active=True).first()
    if company is None:
        return 0
    with company_scope(company), only_one(f"check-tins-{company_id}") as is_ours:
        einvoice_settings = settings_of(company) if is_ours else None
        if einvoice_settings is None:
            return 0
        checked = 0
        try:
            client = _client_of(einvoice_settings)
            while checked < MOST_IN_A_RUN and (customer := _unchecked().order_by("pk").first()):
                keep_tin_check(customer, _ask(client, customer, company))
                checked += 1
        except (MyInvoisError, DomainError) as error:
            logger.warning("TINs of customers of %s can't be checked now: %s", company.public_id, error)
        return checked


def check_tin_now(actor: Actor, customer: Customer) -> str:
    """Asks LHDN about one customer while a person waits; the result.  Not inside a transaction.

    Raises PermissionDenied, EInvoicesNotSetUp, EInvoiceSecretUnreadable, EInvoiceSimulatorMissing, Unavailable.
    """
    actor.require("customers", "write")
    einvoice_settings = settings_of(actor.company)
    if einvoice_settings is None:
        raise EInvoicesNotSetUp
    try:
        result = _ask(_client_of(einvoice_settings), customer, actor.company)
    except MyInvoisError as error:
        raise Unavailable(f"LHDN can't be asked at the moment. {error.message}") from error
    keep_tin_check(customer, result)
    return result


def can_check_tin(customer: Customer) -> bool:
    """Whether LHDN can be asked about the customer."""
    has_both = bool(customer.tin and customer.identification_number) and customer.tin not in GENERAL_TINS
    return has_both and EInvoiceSettings.objects.exclude(environment="").exists()


def _unchecked() -> QuerySet[Customer]:
    rows = Customer.objects.filter(tin_check="").exclude(tin="").exclude(identification_number="")
    return rows.exclude(status="inactive").exclude(tin__in=GENERAL_TINS)


def _client_of(einvoice_settings: EInvoiceSettings) -> MyInvoisClient:
    require_outgoing(einvoice_settings)
    return client_for(replace(connection_of(einvoice_settings), answer_seconds=_ANSWER_SECONDS))


def _ask(client: MyInvoisClient, customer: Customer, company: Company) -> str:
    """One of customers.rules.TIN_CHECKS; "unknown" for numbers whose form LHDN doesn't take.  Raises MyInvoisError."""
    malaysian = (customer.address or {}).get("country", company.country) == MALAYSIA
    try:
        tin = clean_tin(customer.tin)
        number = clean_id_number(customer.identification_type, customer.identification_number, malaysian=malaysian)
        return "matches" if client.validate_tin(tin, customer.identification_type.upper(), number) else "differs"
    except (ValueError, Rejected):
        return "unknown"
