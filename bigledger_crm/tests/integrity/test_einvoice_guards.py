"""What LHDN may have is never changed, and an e-invoice moves only as it can at LHDN."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.einvoice_rows import make_einvoice
from bigledger_crm.testing.factories import make_customer, make_invoice
from bigledger_crm.testing.raw_sql import another_value, columns_of, copy_row, execute
from invoicing.models import EInvoice, EInvoiceExchange, EInvoiceSource

CHANGEABLE = {
    *("status", "batch", "sent_at", "submission_uid", "uuid", "long_id", "errors", "attempts", "claimed_at"),
    *("submitted_at", "accepted_at", "rejected_at", "cancelled_at", "next_attempt_at", "last_error", "updated_at"),
    *("cancel_requested_at", "cancel_requested_by", "cancel_reason", "rejection_requested_at", "rejection_reason"),
}
KEPT = "never changed or deleted"


@pytest.fixture(autouse=True)
def einvoices(actor: Actor) -> Iterator[None]:
    """A pending and an accepted e-invoice."""
    with company_scope(actor.company):
        customer = make_customer(actor)
        make_einvoice(make_invoice(actor, customer), "pending")
        make_einvoice(make_invoice(actor, customer))
        yield


def refused(statement: str, message: str) -> None:
    with pytest.raises(IntegrityError, match=message):
        execute(statement)


def test_what_was_sent_stays_as_it_is() -> None:
    for column, kind in columns_of(EInvoice).items():
        if column not in {*CHANGEABLE, "id"}:
            change = f'UPDATE invoicing_einvoice SET "{column}" = {another_value(column, kind)}'
            refused(f"{change} WHERE status = 'accepted'", KEPT)
    assert execute("UPDATE invoicing_einvoice SET document = '{}', issued_at = now() WHERE status = 'pending'") == 1


def test_nothing_is_deleted() -> None:
    for model in (EInvoice, EInvoiceSource):
        refused(f"DELETE FROM {model._meta.db_table}", KEPT)
        refused(f"TRUNCATE {model._meta.db_table} CASCADE", KEPT)
    # Whether the key's cascade or its refusal comes first depends on the object numbers PostgreSQL gave the two.
    refused("UPDATE invoicing_einvoice SET id = gen_random_uuid()", f"foreign key|{KEPT}")


def test_an_einvoice_moves_as_it_can_at_lhdn() -> None:
    moves = "not a move of its life"
    for status in ("pending", "submitted", "rejected"):
        refused(f"UPDATE invoicing_einvoice SET status = '{status}' WHERE status = 'accepted'", moves)
    refused("UPDATE invoicing_einvoice SET status = 'accepted' WHERE status = 'pending'", moves)
    refused("UPDATE invoicing_einvoice SET uuid = 'X' WHERE status = 'accepted'", moves)
    cancelled = "UPDATE invoicing_einvoice SET status = 'cancelled', cancelled_at = now()"
    assert execute(f"{cancelled} WHERE status = 'accepted'") == 1
    refused("UPDATE invoicing_einvoice SET status = 'accepted' WHERE status = 'cancelled'", moves)


def test_a_document_has_one_live_einvoice_as_long_as_it_is_live() -> None:
    with pytest.raises(IntegrityError, match="einvoicesource_invoice_once"):
        copy_row(EInvoiceSource)
    refused("UPDATE invoicing_einvoicesource SET is_live = FALSE", "einvoicesource_live_as_einvoice")
    for column in ("invoice_id", "einvoice_id", "company_id"):
        refused(f"UPDATE invoicing_einvoicesource SET {column} = gen_random_uuid()", KEPT)
    execute("UPDATE invoicing_einvoice SET status = 'cancelled', cancelled_at = now() WHERE status = 'pending'")
    assert set(EInvoiceSource.objects.values_list("einvoice__status", "is_live")) == {
        ("cancelled", False),
        ("accepted", True),
    }


def test_exchanges_are_only_added() -> None:
    for column, kind in columns_of(EInvoiceExchange).items():
        value = "'{}'" if "[" in kind else another_value(column, kind)
        refused(f'UPDATE invoicing_einvoiceexchange SET "{column}" = {value}', "append-only")
    refused("DELETE FROM invoicing_einvoiceexchange", "append-only")
    refused("TRUNCATE invoicing_einvoiceexchange", "append-only")
