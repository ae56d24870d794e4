"""Which tables the database guards, and that none of the guards is off.  What each refuses is in the tests beside."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

_NUMBERED = ("number_kept", "number_kept_truncate")
_LOCKED = ("locked_change", "locked_gone", "locked_gone_truncate", "locked_new")
_APPEND_ONLY = ("append_only", "no_truncate")
GUARDS = {
    "audit_auditentry": ("append_only", "append_only_truncate"),
    "audit_erasure": _APPEND_ONLY,
    "customers_customer": ("anonymised_kept",),
    "customers_receivableentry": _APPEND_ONLY,
    "documents_attachment": ("never_changed",),
    "documents_storeddocument": ("frozen", "kept", "kept_truncate"),
    "invoicing_allocation": (*_APPEND_ONLY, "dates", "mirrored"),
    "invoicing_bankmatch": ("kept", "kept_truncate", "same_money"),
    "invoicing_bankstatement": _APPEND_ONLY,
    "invoicing_banktransaction": ("kept", "kept_truncate"),
    "invoicing_creditnote": _APPEND_ONLY,
    "invoicing_creditnoteline": (*_APPEND_ONLY, "complete"),
    "invoicing_einvoicesettings": ("no_way_back",),
    "invoicing_einvoice": ("kept", "kept_truncate", "moves"),
    "invoicing_einvoiceexchange": _APPEND_ONLY,
    "invoicing_einvoicesource": ("kept", "kept_truncate"),
    "invoicing_invoice": (
        *_NUMBERED,
        *("cancelled_kept", "draft_only", "one_way", "origin_kept", "printed_kept", "reference_kept", "title_kept"),
    ),
    "invoicing_invoiceline": _LOCKED,
    "invoicing_journalentry": _APPEND_ONLY,
    "invoicing_payment": ("kept", "kept_truncate"),
    "invoicing_refund": ("kept", "kept_truncate"),
    "invoicing_reminder": _APPEND_ONLY,
    "invoicing_writeoff": ("kept", "kept_truncate"),
    "numbering_assignednumber": _APPEND_ONLY,
    "numbering_skippednumbers": _APPEND_ONLY,
    "sales_orderstatuschange": _APPEND_ONLY,
    "sales_quote": (*_NUMBERED, "custom_fields_kept", "draft_only", "origin_kept", "version_kept"),
    "sales_quoteline": _LOCKED,
    "sales_salesorder": (*_NUMBERED, "custom_fields_kept", "draft_only", "origin_kept", "title_kept"),
    "sales_salesorderline": _LOCKED,
    "sales_shipment": _APPEND_ONLY,
    "sales_shipmentline": _APPEND_ONLY,
    "tenancy_securityevent": ("append_only", "append_only_truncate"),
}
# Only these let a row change its customer, and only when the customers are merged.
LET_MERGED_CUSTOMERS_PASS = [
    "customers_receivableentry_append_only",
    "invoicing_creditnote_append_only",
    "invoicing_invoice_cancelled_kept",
    "invoicing_invoice_draft_only",
    "invoicing_journalentry_append_only",
    "invoicing_payment_kept",
    "sales_quote_draft_only",
    "sales_salesorder_draft_only",
]


def test_every_guard_stands() -> None:
    with connection.cursor() as cursor:
        # What notes changes guards nothing: see test_counting and test_sales_sums.
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE NOT tgisinternal AND proname NOT LIKE 'note_%'"
        )
        found = dict(cursor.fetchall())
    assert found == {f"{table}_{name}": "O" for table, names in GUARDS.items() for name in names}


def test_only_these_guards_let_merged_customers_pass() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE strpos(prosrc, 'customers_only_moved') > 0 AND tgtype & 16 = 16 ORDER BY tgname"  # 16: UPDATE
        )
        assert [name for (name,) in cursor.fetchall()] == LET_MERGED_CUSTOMERS_PASS
