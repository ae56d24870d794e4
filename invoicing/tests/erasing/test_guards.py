"""What the database lets go, and what it refuses even where an erasure is noted."""

import pytest
from django.db import IntegrityError
from pytest_django import DjangoCaptureOnCommitCallbacks

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.raw_sql import execute
from customers.models import Customer
from invoicing.tests.erasing.support import OF_DECLINED, erased, sell

pytestmark = pytest.mark.usefixtures("in_company")

WITHOUT_ERASURE = (
    "UPDATE audit_auditentry SET note = '', redacted_at = now()",
    "UPDATE audit_auditentry SET changes = '{}'",
    "DELETE FROM audit_auditentry",
    "DELETE FROM documents_storeddocument",
    "UPDATE sales_quote SET customer_name = 'Anonymised customer 1' WHERE status = 'declined'",
    "UPDATE invoicing_invoice SET customer_email = '' WHERE status = 'sent'",
    "UPDATE invoicing_creditnote SET customer_email = ''",
    f"UPDATE sales_quoteline SET description = '—' {OF_DECLINED}",
    "UPDATE sales_orderstatuschange SET note = ''",
    "UPDATE customers_customer SET anonymised_at = now(), status = 'inactive'",
)
AFTER_ERASURE = (
    "UPDATE audit_auditentry SET note = 'rewritten', redacted_at = now()",
    "UPDATE audit_auditentry SET actor_name = '', redacted_at = now()",
    "UPDATE audit_auditentry SET changes = '{\"name\": 1}', redacted_at = now() WHERE event = 'customer.updated'",
    "UPDATE invoicing_invoice SET customer_name = 'Anonymised customer 1' WHERE status = 'sent'",
    "UPDATE invoicing_invoice SET total = 0 WHERE status = 'cancelled'",
    "UPDATE invoicing_invoice SET notes = 'new' WHERE status = 'cancelled'",
    "UPDATE sales_quote SET customer_email = 'new@example.com' WHERE status = 'declined'",
    "UPDATE sales_quote SET customer_name = 'Somebody' WHERE status = 'declined'",
    f"UPDATE sales_quoteline SET description = 'new' {OF_DECLINED}",
    "UPDATE sales_salesorder SET title = 'new' WHERE status = 'shipped'",
    "UPDATE customers_customer SET name = 'Back again'",
    "UPDATE customers_customer SET anonymised_at = NULL, email = 'a@example.com'",
    "DELETE FROM documents_storeddocument WHERE kind = 'invoice'",
    "UPDATE audit_erasure SET is_whole = NOT is_whole",
    "DELETE FROM audit_erasure",
    "TRUNCATE audit_erasure",
)


def refused(statement: str) -> bool:
    try:
        execute(statement)
    except IntegrityError:
        return True
    return False


def test_without_an_erasure_the_database_lets_nothing_go(actor: Actor, customer: Customer) -> None:
    sell(actor, customer)
    assert [statement for statement in WITHOUT_ERASURE if not refused(statement)] == []


def test_an_erasure_is_no_licence_to_rewrite(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sell(actor, customer)
    erased(actor, customer, django_capture_on_commit_callbacks)
    assert [statement for statement in AFTER_ERASURE if not refused(statement)] == []
