from django.db import migrations

# Decimals of the company's currency, as bigledger_crm.kernel.money has them.
DECIMALS = """CASE
    WHEN c.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
                        'VUV', 'XAF', 'XOF', 'XPF') THEN 0
    WHEN c.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
    WHEN c.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END"""

# What settled invoices until now: payments, of which some were voided on a day that the ledger knows, and credit notes.
# On one that was paid again after a void, what came later counts from the day of the void on: at no time was more
# settled than there was to pay.
SETTLED = f"""
parts AS (
    SELECT p.id AS source_id, p.company_id, p.id AS payment_id, NULL::uuid AS credit_note_id, p.invoice_id, p.amount,
           p.payment_date AS day, voided.entry_date AS void_day, p.voided_at, p.created_by, p.created_at
    FROM invoicing_payment p LEFT JOIN customers_receivableentry voided
    ON voided.company_id = p.company_id AND voided.kind = 'void' AND voided.document_id = p.id
    UNION ALL
    SELECT id, company_id, NULL, id, invoice_id, total, credit_note_date, NULL, NULL, created_by, created_at
    FROM invoicing_creditnote WHERE total > 0
), settled AS (
    SELECT parts.*, i.exchange_rate AS rate, {DECIMALS} AS decimals,
           GREATEST(parts.day, i.invoice_date, (
               SELECT MAX(earlier.void_day) FROM parts earlier
               WHERE earlier.invoice_id = parts.invoice_id AND earlier.voided_at <= parts.created_at
           )) AS allocation_date
    FROM parts JOIN invoicing_invoice i ON i.id = parts.invoice_id JOIN tenancy_company c ON c.id = parts.company_id
), priced AS (
    SELECT *, round(amount * rate, decimals) AS source_base,
        -- The parts of an invoice that stand come to all of it, to the cent.
        CASE WHEN voided_at IS NULL
            THEN round(SUM(amount) OVER before * rate, decimals)
                - round((SUM(amount) OVER before - amount) * rate, decimals)
            ELSE round(amount * rate, decimals) END AS invoice_base
    FROM settled
    WINDOW before AS (PARTITION BY invoice_id, voided_at IS NULL ORDER BY created_at, source_id)
)"""  # noqa: S608 nothing but constants


def key(moment: str, what: str) -> str:
    """A UUIDv7 of a moment; the rest of it comes from `what`, so that it is found again."""
    return (
        f"(lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0') || '7' || substr(md5({what}), 1, 3) "
        f"|| '8' || substr(md5({what}), 4, 15))::uuid"
    )


COLUMNS = (
    "id, company_id, payment_id, credit_note_id, invoice_id, amount, source_base_amount, invoice_base_amount, "
    "allocation_date, is_initial, reverses_id, created_by, created_at"
)
MADE = key("created_at", "source_id::text")
ALLOCATE = f"""WITH {SETTLED}
INSERT INTO invoicing_allocation ({COLUMNS})
SELECT {MADE}, company_id, payment_id, credit_note_id, invoice_id, amount, source_base, invoice_base, allocation_date,
       TRUE, NULL::uuid, created_by, created_at
FROM priced ORDER BY created_at, source_id
"""  # noqa: S608 nothing but constants
REVERSE = f"""
INSERT INTO invoicing_allocation ({COLUMNS})
SELECT {key("p.voided_at", "'void' || p.id::text")}, a.company_id, a.payment_id, NULL, a.invoice_id, -a.amount,
       -a.source_base_amount, -a.invoice_base_amount, GREATEST(a.allocation_date, e.entry_date), FALSE, a.id,
       e.created_by, p.voided_at
FROM invoicing_allocation a
JOIN invoicing_payment p ON p.company_id = a.company_id AND p.id = a.payment_id AND p.voided_at IS NOT NULL
JOIN customers_receivableentry e ON e.company_id = p.company_id AND e.kind = 'void' AND e.document_id = p.id
WHERE a.reverses_id IS NULL
"""  # noqa: S608 nothing but constants
PAYMENTS = """
UPDATE invoicing_payment p
SET exchange_rate = i.exchange_rate, amount_allocated = CASE WHEN p.voided_at IS NULL THEN p.amount ELSE 0 END
FROM invoicing_invoice i WHERE i.company_id = p.company_id AND i.id = p.invoice_id AND p.exchange_rate IS NULL
"""
CREDIT_NOTES = "UPDATE invoicing_creditnote SET amount_allocated = total WHERE total > 0"


class Migration(migrations.Migration):
    """Each payment and credit note settles its one invoice by an allocation; a voided payment's is taken back."""

    dependencies = [("invoicing", "0009_allocations")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL([ALLOCATE, REVERSE, PAYMENTS, CREDIT_NOTES], migrations.RunSQL.noop),
    ]
