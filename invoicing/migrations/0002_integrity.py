from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import (
    append_only,
    composite_foreign_keys,
    draft_only,
    emptied,
    guarded,
    is_erased,
    lines_locked,
    notes_changes,
    number_kept,
    owner_is_member,
)
from customers.migration_operations.v1 import ERASED, FOLLOWS_MERGED_CUSTOMER

# What an issued invoice said may not change any more; its reference, notes and what is paid of it may.
FROZEN = (
    "customer_id, customer_name, customer_email, customer_phone, customer_tax_number, billing_address, "
    "shipping_address, currency, exchange_rate, prices_include_tax, terms, subtotal, total_discount, total_tax, "
    "shipping_cost, total, created_by, created_at, issued_at, invoice_date, due_date, purchase_order, order_id"
)

# Lines come with their credit note: none can be added to one that is complete.
MORE_THAN_THE_NOTE = """(
    SELECT n.subtotal + n.total_tax - COALESCE(SUM(l.line_total + l.tax_amount), 0)
    FROM invoicing_creditnote n LEFT JOIN invoicing_creditnoteline l ON l.credit_note_id = n.id
    WHERE n.id = NEW.credit_note_id GROUP BY n.id
) < NEW.line_total + NEW.tax_amount"""

# What was billed stays, by the item's code; the texts of lines of an erased document go.
TEXTS_GONE = (
    f"{is_erased('invoice_id', wholly=True)} AND {emptied(['notes'], ['description'])} "
    "AND NEW.description = COALESCE(NULLIF(NEW.item_code, ''), '—')"
)

# What the database computes is not there yet when a trigger looks.
_COMPUTED = "- 'amount_due' - 'stage' - 'number_sort'"
GETS_ANOTHER_OWNER = (
    "OLD.owner_id IS DISTINCT FROM NEW.owner_id "
    f"AND (to_jsonb(OLD) {_COMPUTED} - 'owner_id' - 'updated_at') = (to_jsonb(NEW) {_COMPUTED} - 'owner_id' - 'updated_at')"
)

# A reversal takes back the whole of an allocation, from the same source and of the same invoice.
NOT_MIRRORED = """NEW.reverses_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM invoicing_allocation made WHERE made.company_id = NEW.company_id AND made.id = NEW.reverses_id
    AND made.reverses_id IS NULL AND made.invoice_id = NEW.invoice_id AND made.amount = -NEW.amount
    AND made.source_base_amount = -NEW.source_base_amount AND made.invoice_base_amount = -NEW.invoice_base_amount
    AND made.payment_id IS NOT DISTINCT FROM NEW.payment_id
    AND made.credit_note_id IS NOT DISTINCT FROM NEW.credit_note_id
    AND made.allocation_date <= NEW.allocation_date
)"""

# What the company made of a movement.
_MADE_OF_IT = "- 'status' - 'ignore_reason' - 'updated_at'"
_UNDONE = "- 'undone_at' - 'undone_by'"
# A payment or refund of the same amount and currency: one that came in is a payment, one that went out a refund.
_NOT_THE_SAME = """(NEW.payment_id IS NULL) <> (NEW.refund_id IS NULL) AND NOT EXISTS (
    SELECT FROM invoicing_banktransaction moved
    LEFT JOIN invoicing_payment paid ON paid.id = NEW.payment_id
    LEFT JOIN invoicing_refund refunded ON refunded.id = NEW.refund_id
    LEFT JOIN invoicing_payment refunded_payment ON refunded_payment.id = refunded.payment_id
    LEFT JOIN invoicing_creditnote refunded_note ON refunded_note.id = refunded.credit_note_id
    WHERE moved.id = NEW.transaction_id AND moved.amount = COALESCE(paid.amount, -refunded.amount)
    AND moved.currency = COALESCE(paid.currency, refunded_payment.currency, refunded_note.currency)
)"""

_DOCUMENT = (
    "company_id, kind, number, is_consolidated, currency, total, environment, version, document, document_hash, issued_at, "
    "created_by, created_at"
)
_OLD = ", ".join(f"OLD.{column}" for column in _DOCUMENT.split(", "))
_NEW = ", ".join(f"NEW.{column}" for column in _DOCUMENT.split(", "))
# A second uuid is only taken over for one that LHDN rejects as a duplicate of the first.
_UUID_KEPT = "OLD.uuid = '' OR NEW.uuid = OLD.uuid OR OLD.status = 'submitted'"
_MOVES = """(OLD.status, NEW.status) IN (
    ('pending', 'submitted'), ('pending', 'rejected'), ('pending', 'cancelled'), ('submitted', 'accepted'),
    ('submitted', 'rejected'), ('submitted', 'cancelled'), ('accepted', 'cancelled')
)"""
_LIVE_KEY = """ALTER TABLE invoicing_einvoicesource ADD CONSTRAINT einvoicesource_live_as_einvoice
    FOREIGN KEY (company_id, einvoice_id, is_live) REFERENCES invoicing_einvoice (company_id, id, is_live)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"""
_BACK_TO_TRYING = """NEW.environment IN ('simulator', 'sandbox') AND EXISTS (
    SELECT FROM invoicing_einvoice WHERE company_id = NEW.company_id AND environment = 'production'
)"""
_IS_MEMBER = """ALTER TABLE invoicing_savedreportrecipient ADD CONSTRAINT invoicing_savedreportrecipient_user_is_member
    FOREIGN KEY (company_id, user_id) REFERENCES tenancy_membership (company_id, user_id) ON DELETE CASCADE"""
JOURNAL_SIDES = migrations.RunSQL(
    """CREATE FUNCTION invoicing_journal_side(lines jsonb, side text) RETURNS numeric LANGUAGE sql IMMUTABLE
    AS 'SELECT COALESCE(SUM((line->>side)::numeric), 0) FROM jsonb_array_elements(lines) line';
    ALTER TABLE invoicing_journalentry ADD CONSTRAINT journalentry_sides CHECK (
        debit = invoicing_journal_side(lines, 'debit') AND credit = invoicing_journal_side(lines, 'credit'))""",
    """ALTER TABLE invoicing_journalentry DROP CONSTRAINT journalentry_sides;
    DROP FUNCTION invoicing_journal_side""",
)

FOREIGN_KEYS = [
    composite_foreign_keys(
        "invoicing_invoice", [("customer_id", "customers_customer"), ("order_id", "sales_salesorder")]
    ),
    composite_foreign_keys(
        "invoicing_invoiceline",
        [("invoice_id", "invoicing_invoice"), ("item_id", "sales_item"), ("order_line_id", "sales_salesorderline")],
    ),
    composite_foreign_keys(
        "invoicing_payment", [("invoice_id", "invoicing_invoice"), ("customer_id", "customers_customer")]
    ),
    composite_foreign_keys(
        "invoicing_creditnote", [("customer_id", "customers_customer"), ("invoice_id", "invoicing_invoice")]
    ),
    composite_foreign_keys(
        "invoicing_creditnoteline",
        [
            ("credit_note_id", "invoicing_creditnote"),
            ("item_id", "sales_item"),
            ("invoice_line_id", "invoicing_invoiceline"),
        ],
    ),
    composite_foreign_keys(
        "invoicing_reminder",
        [
            ("step_id", "invoicing_reminderstep"),
            ("invoice_id", "invoicing_invoice"),
            ("quote_id", "sales_quote"),
            ("email_id", "outbox_outboxemail"),
        ],
    ),
    composite_foreign_keys(
        "invoicing_allocation",
        [
            ("payment_id", "invoicing_payment"),
            ("credit_note_id", "invoicing_creditnote"),
            ("invoice_id", "invoicing_invoice"),
            ("reverses_id", "invoicing_allocation"),
        ],
    ),
    composite_foreign_keys(
        "invoicing_refund", [("payment_id", "invoicing_payment"), ("credit_note_id", "invoicing_creditnote")]
    ),
    composite_foreign_keys("invoicing_writeoff", [("invoice_id", "invoicing_invoice")]),
    composite_foreign_keys("invoicing_journalentry", [("customer_id", "customers_customer")]),
    composite_foreign_keys("invoicing_bankstatement", [("account_id", "invoicing_bankaccount")]),
    composite_foreign_keys(
        "invoicing_banktransaction",
        [("account_id", "invoicing_bankaccount"), ("statement_id", "invoicing_bankstatement")],
    ),
    composite_foreign_keys(
        "invoicing_bankmatch",
        [
            ("transaction_id", "invoicing_banktransaction"),
            ("payment_id", "invoicing_payment"),
            ("refund_id", "invoicing_refund"),
            ("write_off_id", "invoicing_writeoff"),
        ],
    ),
    composite_foreign_keys("invoicing_bankupload", [("account_id", "invoicing_bankaccount")]),
    composite_foreign_keys(
        "invoicing_einvoicesource",
        [
            ("einvoice_id", "invoicing_einvoice"),
            ("invoice_id", "invoicing_invoice"),
            ("credit_note_id", "invoicing_creditnote"),
        ],
    ),
    composite_foreign_keys("invoicing_savedreportrecipient", [("saved_report_id", "invoicing_savedreport")]),
    composite_foreign_keys(
        "invoicing_savedreportemail",
        [("saved_report_id", "invoicing_savedreport"), ("email_id", "outbox_outboxemail")],
    ),
    composite_foreign_keys(
        "invoicing_batchitem",
        [
            ("batch_id", "invoicing_batch"),
            ("invoice_id", "invoicing_invoice"),
            ("email_id", "outbox_outboxemail"),
        ],
    ),
]


def credit_moved(key, once=""):
    """What is allocated and refunded moves, to what the rows of allocations and refunds come to; nothing else does.

    `once` is a column that gets its first value.
    """
    without = "- 'amount_allocated' - 'amount_refunded' - 'unapplied' - 'number_sort'"
    if once:
        without += f" - CASE WHEN OLD.{once} IS NULL THEN '{once}' ELSE '' END"
    sums = [
        f"NEW.{column} = (SELECT COALESCE(SUM(amount), 0) FROM {rows} "  # noqa: S608 the names are ours
        f"WHERE company_id = NEW.company_id AND {key} = NEW.id{live})"
        for column, rows, live in (
            ("amount_allocated", "invoicing_allocation", ""),
            ("amount_refunded", "invoicing_refund", " AND voided_at IS NULL"),
        )
    ]
    return f"((to_jsonb(OLD) {without}) = (to_jsonb(NEW) {without}) AND {' AND '.join(sums)})"


def kept(table, *columns):
    """Never changed or deleted, but once by these columns."""
    without = " ".join(f"- '{column}'" for column in columns)
    return guarded(
        table,
        name="kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR OLD.{columns[0]} IS NOT NULL OR "
        f"(to_jsonb(OLD) {without}) <> (to_jsonb(NEW) {without})",
        message=f"{table}: never edited or deleted, only taken back once",
        truncate=True,
    )


INVOICES = [
    owner_is_member("invoicing_invoice"),
    draft_only("invoicing_invoice", FROZEN, update_allowed_if=FOLLOWS_MERGED_CUSTOMER),
    number_kept("invoicing_invoice", "invoice_number"),
    guarded(
        "invoicing_invoice",
        name="title_kept",
        event="UPDATE",
        condition="OLD.status <> 'draft' AND OLD.title IS DISTINCT FROM NEW.title",
        message="invoicing_invoice: the title of an issued invoice stays",
        update_allowed_if=ERASED,
    ),
    guarded(
        "invoicing_invoice",
        name="reference_kept",
        event="UPDATE",
        condition="OLD.payment_reference <> '' AND OLD.payment_reference <> NEW.payment_reference",
        message="invoicing_invoice: an invoice keeps its payment reference",
    ),
    guarded(
        "invoicing_invoice",
        name="one_way",
        event="UPDATE",
        condition="OLD.status = 'cancelled' AND NEW.status <> 'cancelled'",
        message="invoicing_invoice: a cancelled invoice stays cancelled",
    ),
    guarded(
        "invoicing_invoice",
        name="cancelled_kept",
        event="UPDATE",
        condition="OLD.status = 'cancelled' AND (to_jsonb(OLD) - 'amount_due' - 'stage') "
        "<> (to_jsonb(NEW) - 'amount_due' - 'stage')",
        message="invoicing_invoice: a cancelled invoice stays cancelled, as it is",
        update_allowed_if=f"{FOLLOWS_MERGED_CUSTOMER} OR {GETS_ANOTHER_OWNER}",
    ),
    *lines_locked("invoicing_invoiceline", "invoicing_invoice", "invoice", update_allowed_if=TEXTS_GONE),
]
SETTLEMENT = [
    guarded(
        "invoicing_payment",
        name="kept",
        event="UPDATE OR DELETE",
        condition="TG_OP = 'DELETE' OR OLD.voided_at IS NOT NULL OR "
        "(to_jsonb(OLD) - 'voided_at' - 'void_reason' - 'unapplied') "
        "<> (to_jsonb(NEW) - 'voided_at' - 'void_reason' - 'unapplied')",
        message="invoicing_payment: a payment is never edited or deleted, only voided once",
        update_allowed_if=f"{FOLLOWS_MERGED_CUSTOMER} OR {credit_moved('payment_id', once='exchange_rate')}",
        truncate=True,
    ),
    append_only(
        "invoicing_creditnote", update_allowed_if=f"{FOLLOWS_MERGED_CUSTOMER} OR {credit_moved('credit_note_id')}"
    ),
    append_only("invoicing_creditnoteline"),
    guarded(
        "invoicing_creditnoteline",
        name="complete",
        event="INSERT",
        condition=MORE_THAN_THE_NOTE,
        message="invoicing_creditnoteline: the lines of a credit note come with it",
    ),
    append_only("invoicing_allocation"),
    guarded(
        "invoicing_allocation",
        name="mirrored",
        event="INSERT",
        condition=NOT_MIRRORED,
        message="invoicing_allocation: a reversal takes back the whole of an allocation",
    ),
    kept("invoicing_refund", "voided_at", "void_date", "void_reason"),
    kept("invoicing_writeoff", "reversed_at", "reversal_date", "reversal_reason"),
    append_only("invoicing_journalentry", update_allowed_if=FOLLOWS_MERGED_CUSTOMER),
    JOURNAL_SIDES,
]
BANK = [
    append_only("invoicing_bankstatement"),
    guarded(
        "invoicing_banktransaction",
        name="kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR (to_jsonb(OLD) {_MADE_OF_IT}) <> (to_jsonb(NEW) {_MADE_OF_IT})",
        message="invoicing_banktransaction: what the bank said is never changed or deleted",
        truncate=True,
    ),
    guarded(
        "invoicing_bankmatch",
        name="kept",
        event="UPDATE OR DELETE",
        condition="TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL OR "
        f"(to_jsonb(OLD) {_UNDONE}) <> (to_jsonb(NEW) {_UNDONE})",
        message="invoicing_bankmatch: never edited or deleted, only undone once",
        truncate=True,
    ),
    guarded(
        "invoicing_bankmatch",
        name="same_money",
        event="INSERT",
        condition=_NOT_THE_SAME,
        message="invoicing_bankmatch: a bank transaction is a payment or refund of the same amount",
    ),
]
EINVOICES = [
    migrations.RunSQL(
        _LIVE_KEY, "ALTER TABLE invoicing_einvoicesource DROP CONSTRAINT einvoicesource_live_as_einvoice"
    ),
    guarded(
        "invoicing_einvoice",
        name="kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR OLD.sent_at IS NOT NULL AND ({_OLD}) IS DISTINCT FROM ({_NEW})",
        message="invoicing_einvoice: what may have reached LHDN is never changed or deleted",
        truncate=True,
    ),
    guarded(
        "invoicing_einvoice",
        name="moves",
        event="UPDATE",
        condition=f"NOT ({_UUID_KEPT}) OR NEW.status <> OLD.status AND NOT {_MOVES}",
        message="invoicing_einvoice: not a move of its life",
    ),
    guarded(
        "invoicing_einvoicesource",
        name="kept",
        event="UPDATE OR DELETE",
        condition="TG_OP = 'DELETE' OR to_jsonb(OLD) - 'is_live' <> to_jsonb(NEW) - 'is_live'",
        message="invoicing_einvoicesource: never changed or deleted",
        truncate=True,
    ),
    append_only("invoicing_einvoiceexchange"),
    guarded(
        "invoicing_einvoicesettings",
        name="no_way_back",
        event="INSERT OR UPDATE",
        condition=_BACK_TO_TRYING,
        message="invoicing_einvoicesettings: a company with e-invoices in production does not go back to trying",
    ),
]


class Migration(migrations.Migration):
    replaces = [("invoicing", "0031_note_sales")]
    dependencies = [("invoicing", "0001_tables"), ("sales", "0002_integrity"), ("outbox", "0002_integrity")]
    operations = [
        *FOREIGN_KEYS,
        *INVOICES,
        *SETTLEMENT,
        *BANK,
        *EINVOICES,
        append_only("invoicing_reminder"),
        migrations.RunSQL(
            _IS_MEMBER,
            "ALTER TABLE invoicing_savedreportrecipient DROP CONSTRAINT invoicing_savedreportrecipient_user_is_member",
        ),
        *notes_changes("invoicing_invoice"),
        *notes_changes("invoicing_creditnote"),
        *notes_changes("invoicing_payment"),
        *notes_changes("invoicing_journalentry"),
        *notes_changes("invoicing_einvoice"),
        *notes_changes("invoicing_banktransaction"),
    ]
