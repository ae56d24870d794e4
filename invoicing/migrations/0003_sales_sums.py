from django.db import migrations

_FUNCTIONS = """
CREATE FUNCTION note_invoice_sale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_saleschange (company_id, day)
    SELECT NEW.company_id, NEW.invoice_date
    UNION
    SELECT NEW.company_id, credit_note_date FROM invoicing_creditnote
    WHERE company_id = NEW.company_id AND invoice_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION note_issued_invoices() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_saleschange (company_id, day)
    SELECT DISTINCT company_id, invoice_date FROM added WHERE status = 'sent';
    RETURN NULL;
END $$;
CREATE FUNCTION note_credit_notes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_saleschange (company_id, day) SELECT DISTINCT company_id, credit_note_date FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION note_credit_note_sale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_saleschange (company_id, day) VALUES (NEW.company_id, NEW.credit_note_date);
    RETURN NULL;
END $$;
CREATE FUNCTION note_goodwill_of_owner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_saleschange (company_id, day)
    SELECT DISTINCT NEW.company_id, credit_note_date FROM invoicing_creditnote
    WHERE company_id = NEW.company_id AND customer_id = NEW.id AND invoice_id IS NULL;
    RETURN NULL;
END $$;
"""
# An invoice counts from when it is sent until it is cancelled.  Of what it said before, only these can change.
_TRIGGERS = """
CREATE TRIGGER invoicing_invoice_sale_noted AFTER UPDATE ON invoicing_invoice FOR EACH ROW
WHEN ((OLD.status = 'sent') <> (NEW.status = 'sent') OR (NEW.status = 'sent' AND
    ROW(OLD.customer_id, OLD.owner_id, OLD.tags) IS DISTINCT FROM ROW(NEW.customer_id, NEW.owner_id, NEW.tags)))
EXECUTE FUNCTION note_invoice_sale();
CREATE TRIGGER invoicing_invoice_issued_noted AFTER INSERT ON invoicing_invoice REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION note_issued_invoices();
CREATE TRIGGER invoicing_creditnote_issued_noted AFTER INSERT ON invoicing_creditnote REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION note_credit_notes();
CREATE TRIGGER invoicing_creditnote_sale_noted AFTER UPDATE ON invoicing_creditnote FOR EACH ROW
WHEN (OLD.customer_id <> NEW.customer_id)
EXECUTE FUNCTION note_credit_note_sale();
CREATE TRIGGER customers_customer_goodwill_noted AFTER UPDATE ON customers_customer FOR EACH ROW
WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id) EXECUTE FUNCTION note_goodwill_of_owner();
"""
_NAMES = (
    "note_invoice_sale",
    "note_issued_invoices",
    "note_credit_notes",
    "note_credit_note_sale",
    "note_goodwill_of_owner",
)


class Migration(migrations.Migration):
    """Each change of a sale is noted, so that a background job adds up its day again: see invoicing/analytics."""

    replaces = [("invoicing", "0032_batches")]
    dependencies = [("invoicing", "0002_integrity")]
    operations = [
        migrations.RunSQL(
            _FUNCTIONS + _TRIGGERS, ";".join(f"DROP FUNCTION {name}() CASCADE" for name in _NAMES)
        ),
    ]
