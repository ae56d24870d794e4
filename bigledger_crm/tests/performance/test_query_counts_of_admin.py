"""The lists that operators open most ask as often for many rows as for few."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import OutboxEmail, WebhookDelivery
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.tests.admin.pages import admin_url, choose
from bigledger_crm.tests.performance.support.query_baseline import compare_with_baseline
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.services import send_invoice
from sales.services import EmailOptions, open_company

LISTS = (Company, User, Membership, Customer, Invoice, OutboxEmail, WebhookDelivery, AuditEntry)


@pytest.fixture
def operator(client: Client, our: Tenant) -> Client:
    """An operator who looks at our company."""
    client.force_login(User.objects.create_superuser("root@example.com", "correct horse battery", name="Root"))
    choose(client, our.company)
    return client


def _counts(operator: Client) -> dict[str, list[str]]:
    found = {}
    for path in ("/admin/", *(admin_url(model, "changelist") for model in LISTS)):
        operator.get(path)  # what is kept for a while is asked for once
        with CaptureQueriesContext(connection) as captured:
            assert operator.get(path).status_code == 200
        found[path] = [query["sql"] for query in captured]
    return found


def test_lists_of_operators_ask_as_often_for_many_rows(operator: Client, our: Tenant) -> None:
    few, actor = _counts(operator), system_actor(our.company)
    with company_scope(our.company), patch.object(worker_notifications, "notify_worker"):
        for number in range(4):
            customer = make_customer(actor, name=f"Another {number}")
            send_invoice(actor, make_invoice(actor, customer), EmailOptions(to=["a@example.com"]))
            person = User.objects.create_user(f"{number}@example.com", name="Dewi")
            Membership.objects.create(company=our.company, user=person, role="sales")
    for number in range(4):
        open_company(f"Company {number}")
    many = _counts(operator)
    for path, statements in few.items():
        assert len(many[path]) == len(statements), (path, sorted(set(many[path]) - set(statements)))
        compare_with_baseline(f"GET {path}", len(statements))
