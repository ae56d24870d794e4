"""Rows of e-invoices, and what their CHECKs refuse."""

from datetime import date

from django.db import models

from bigledger_crm.testing.einvoice_rows import make_einvoice
from invoicing.models import EInvoice, EInvoiceSettings, EInvoiceSource, Invoice

_ON = {"environment": "'sandbox'"}
_SENT = {"sent_at": "now()", "batch": "gen_random_uuid()", "uuid": "'X'", "submitted_at": "now()"}
_ACCEPTED = {**_SENT, "status": "'accepted'", "long_id": "'Y'", "accepted_at": "now()"}
EINVOICE_CASES: dict[str, list[tuple[type[models.Model], dict[str, str]]]] = {
    "einvoicesettings_environment_known": [(EInvoiceSettings, {"environment": "'moon'"})],
    "einvoicesettings_version_known": [(EInvoiceSettings, {"version": "'2.0'"})],
    "einvoicesettings_submit_when_known": [(EInvoiceSettings, {"submit_when": "'never'"})],
    "einvoicesettings_whole": [
        (EInvoiceSettings, {**_ON, "client_id": "''"}),
        (EInvoiceSettings, {**_ON, "client_secret": "''"}),
        (EInvoiceSettings, {**_ON, "starts_on": "NULL"}),
    ],
    "einvoicesettings_signed_by_certificate": [(EInvoiceSettings, {**_ON, "version": "'1.1'"})],
    "einvoice_kind_known": [(EInvoice, {"kind": "'99'"})],
    "einvoice_environment_known": [(EInvoice, {"environment": "'moon'"})],
    "einvoice_version_known": [(EInvoice, {"version": "'2.0'"})],
    "einvoice_status_known": [(EInvoice, {**_ACCEPTED, "status": "'lost'"})],
    "einvoice_total_positive": [(EInvoice, {"total": "0"})],
    "einvoice_hash_form": [(EInvoice, {"document_hash": "upper(document_hash)"}), (EInvoice, {"document_hash": "''"})],
    "einvoice_sent_in_batch": [
        (EInvoice, {"sent_at": "now()", "batch": "NULL"}),
        (EInvoice, {"uuid": "'X'"}),
    ],
    "einvoice_submitted_has_uuid": [
        (EInvoice, {**_SENT, "status": "'submitted'", "uuid": "''"}),
        (EInvoice, {**_SENT, "status": "'submitted'", "submitted_at": "NULL"}),
    ],
    "einvoice_accepted_has_link": [
        (EInvoice, {**_ACCEPTED, "long_id": "''"}),
        (EInvoice, {**_ACCEPTED, "accepted_at": "NULL"}),
    ],
    "einvoice_rejected_has_time": [(EInvoice, {"status": "'rejected'"}), (EInvoice, {"rejected_at": "now()"})],
    "einvoice_cancelled_has_time": [(EInvoice, {"status": "'cancelled'"}), (EInvoice, {"cancelled_at": "now()"})],
    "einvoice_cancel_has_reason": [
        (EInvoice, {"cancel_requested_at": "now()", "cancel_requested_by": "'key_1'"}),
        (EInvoice, {"cancel_requested_at": "now()", "cancel_reason": "'Why'"}),
        (EInvoice, {"cancel_requested_by": "'key_1'"}),
    ],
    "einvoicesource_one_document": [
        (EInvoiceSource, {"invoice_id": "NULL", "is_live": "FALSE"}),
        (EInvoiceSource, {"credit_note_id": "(SELECT id FROM invoicing_creditnote LIMIT 1)", "is_live": "FALSE"}),
    ],
}


def make_einvoice_rows(invoice: Invoice) -> None:
    """A legal row in each table, of the invoice a pending e-invoice."""
    EInvoiceSettings.objects.create(
        company=invoice.company, client_id="client", client_secret="encrypted", starts_on=date(2026, 1, 1)
    )
    make_einvoice(invoice, "pending")
