from django.db import migrations, models

# Whoever changes a document holds its customer's lock, of both customers who merges them: so no two wait for each other.
_FUNCTIONS = """
CREATE FUNCTION note_invoice_of_customer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_customerday AS kept
        (company_id, customer_id, day, invoices, invoiced, credit_notes, credited, paid, on_time, paid_days)
    SELECT NEW.company_id, customer, day, sum(invoices), sum(invoiced), 0, 0, sum(paid), sum(on_time), sum(paid_days)
    FROM (
        SELECT OLD.customer_id AS customer, OLD.invoice_date AS day, -1 AS invoices, -OLD.total AS invoiced, 0 AS paid,
            0 AS on_time, 0 AS paid_days WHERE OLD.status = 'sent'
        UNION ALL
        SELECT NEW.customer_id, NEW.invoice_date, 1, NEW.total, 0, 0, 0 WHERE NEW.status = 'sent'
        UNION ALL
        SELECT OLD.customer_id, OLD.last_payment_date, 0, 0, -1, -(OLD.last_payment_date <= OLD.due_date)::integer,
            OLD.invoice_date - OLD.last_payment_date WHERE OLD.stage = 'paid' AND OLD.last_payment_date IS NOT NULL
        UNION ALL
        SELECT NEW.customer_id, NEW.last_payment_date, 0, 0, 1, (NEW.last_payment_date <= NEW.due_date)::integer,
            NEW.last_payment_date - NEW.invoice_date WHERE NEW.stage = 'paid' AND NEW.last_payment_date IS NOT NULL
    ) parts GROUP BY customer, day HAVING sum(invoices) <> 0 OR sum(paid) <> 0 OR sum(paid_days) <> 0
    ORDER BY customer, day
    ON CONFLICT (company_id, customer_id, day) DO UPDATE SET invoices = kept.invoices + excluded.invoices,
        invoiced = kept.invoiced + excluded.invoiced, paid = kept.paid + excluded.paid,
        on_time = kept.on_time + excluded.on_time, paid_days = kept.paid_days + excluded.paid_days;
    IF ROW(OLD.customer_id, OLD.status = 'sent') IS DISTINCT FROM ROW(NEW.customer_id, NEW.status = 'sent') THEN
        INSERT INTO invoicing_customeritem AS kept (company_id, customer_id, item_id, quantity, value)
        SELECT NEW.company_id, customer, item_id, sum(sign * quantity), sum(sign * line_total)
        FROM (VALUES (OLD.customer_id, OLD.status, -1), (NEW.customer_id, NEW.status, 1)) v(customer, status, sign)
        CROSS JOIN invoicing_invoiceline l
        WHERE v.status = 'sent' AND l.company_id = NEW.company_id AND l.invoice_id = NEW.id AND item_id IS NOT NULL
        GROUP BY customer, item_id ORDER BY customer, item_id
        ON CONFLICT (company_id, customer_id, item_id) DO UPDATE
        SET quantity = kept.quantity + excluded.quantity, value = kept.value + excluded.value;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION note_credit_note_of_customer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_customerday AS kept
        (company_id, customer_id, day, invoices, invoiced, credit_notes, credited, paid, on_time, paid_days)
    SELECT NEW.company_id, customer, NEW.credit_note_date, 0, 0, sum(number), sum(number * NEW.total), 0, 0, 0
    FROM (VALUES (OLD.customer_id, -1), (NEW.customer_id, 1)) v(customer, number) WHERE customer IS NOT NULL
    GROUP BY customer ORDER BY customer
    ON CONFLICT (company_id, customer_id, day) DO UPDATE
    SET credit_notes = kept.credit_notes + excluded.credit_notes, credited = kept.credited + excluded.credited;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO invoicing_customeritem AS kept (company_id, customer_id, item_id, quantity, value)
        SELECT NEW.company_id, customer, item_id, sum(sign * quantity), sum(sign * line_total)
        FROM (VALUES (OLD.customer_id, 1), (NEW.customer_id, -1)) v(customer, sign)
        CROSS JOIN invoicing_creditnoteline l
        WHERE l.company_id = NEW.company_id AND l.credit_note_id = NEW.id AND item_id IS NOT NULL
        GROUP BY customer, item_id ORDER BY customer, item_id
        ON CONFLICT (company_id, customer_id, item_id) DO UPDATE
        SET quantity = kept.quantity + excluded.quantity, value = kept.value + excluded.value;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION note_credit_lines_of_customer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_customeritem AS kept (company_id, customer_id, item_id, quantity, value)
    SELECT l.company_id, n.customer_id, l.item_id, -sum(l.quantity), -sum(l.line_total)
    FROM added l JOIN invoicing_creditnote n ON n.company_id = l.company_id AND n.id = l.credit_note_id
    WHERE l.item_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (company_id, customer_id, item_id) DO UPDATE
    SET quantity = kept.quantity + excluded.quantity, value = kept.value + excluded.value;
    RETURN NULL;
END $$;
"""
# Invoices are issued after they have their lines, credit notes get theirs afterwards.
_TRIGGERS = """
CREATE TRIGGER invoicing_invoice_of_customer_noted AFTER UPDATE ON invoicing_invoice FOR EACH ROW
WHEN ((OLD.status = 'sent' OR NEW.status = 'sent') AND
    ROW(OLD.status, OLD.stage, OLD.customer_id, OLD.last_payment_date)
    IS DISTINCT FROM ROW(NEW.status, NEW.stage, NEW.customer_id, NEW.last_payment_date))
EXECUTE FUNCTION note_invoice_of_customer();
CREATE TRIGGER invoicing_creditnote_of_customer_noted AFTER INSERT ON invoicing_creditnote FOR EACH ROW
EXECUTE FUNCTION note_credit_note_of_customer();
CREATE TRIGGER invoicing_creditnote_customer_noted AFTER UPDATE ON invoicing_creditnote FOR EACH ROW
WHEN (OLD.customer_id <> NEW.customer_id) EXECUTE FUNCTION note_credit_note_of_customer();
CREATE TRIGGER invoicing_creditnoteline_of_customer_noted AFTER INSERT ON invoicing_creditnoteline
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_credit_lines_of_customer();
"""
_NAMES = ("note_invoice_of_customer", "note_credit_note_of_customer", "note_credit_lines_of_customer")


def _key() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0003_sales_sums")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            "CustomerDay",
            [
                ("id", _key()),
                ("company_id", models.UUIDField()),
                ("customer_id", models.UUIDField()),
                ("day", models.DateField()),
                ("invoices", models.IntegerField()),
                ("invoiced", models.DecimalField(decimal_places=4, max_digits=38)),
                ("credit_notes", models.IntegerField()),
                ("credited", models.DecimalField(decimal_places=4, max_digits=38)),
                ("paid", models.IntegerField()),
                ("on_time", models.IntegerField()),
                ("paid_days", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company_id", "customer_id", "day"), name="customerday_once")
                ]
            },
        ),
        migrations.CreateModel(
            "CustomerItem",
            [
                ("id", _key()),
                ("company_id", models.UUIDField()),
                ("customer_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=38)),
                ("value", models.DecimalField(decimal_places=4, max_digits=38)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company_id", "customer_id", "item_id"), name="customeritem_once")
                ]
            },
        ),
        migrations.RunSQL(
            _FUNCTIONS + _TRIGGERS, ";".join(f"DROP FUNCTION {name}() CASCADE" for name in _NAMES)
        ),
    ]
