"""What the PDFs of issued invoices and credit notes say, frozen as sales.services.shared.print_context makes it.

As text that is read once: putting objects together in the database takes several times as long.
"""

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import TEMPLATE_VERSION
from bigledger_crm.registry import document_kinds
from invoicing.demo.bulk.sales import ADDRESS, EMAIL
from invoicing.demo.bulk.steps import Step, rows

_SLICE = "d.n BETWEEN %(from)s AND %(to)s"


def _text(value: str) -> str:
    return f"to_json(({value})::text)"


def _amount(value: str) -> str:
    return f"'\"' || round({value}, d.decimals) || '\"'"


def _number(value: str) -> str:
    return f"'\"' || trim_scale({value}) || '\"'"


def _percent(value: str) -> str:
    """With a decimal at least."""
    return f"'\"' || round({value}, greatest(1, scale(trim_scale({value})))) || '\"'"


_LINE = {
    "position": "l.position",
    "item_code": _text("l.item_code"),
    "description": _text("l.description"),
    "quantity": _number("l.quantity"),
    "unit": _text("l.unit"),
    "unit_price": _amount("l.unit_price"),
    "discount_percent": _percent("l.discount_percent"),
    "discount_amount": _amount("l.discount_amount"),
    "line_total": _amount("l.line_total"),
    "tax_code": _text("l.tax_code"),
    "tax_rate": _percent("l.tax_rate"),
    "tax_amount": _amount("l.tax_amount"),
    "notes": "'\"\"'",
}


def _object(values: dict[str, str], before: str = "'{'") -> str:
    """An object's text, after what it begins with: joined once, with its names as jsonb sorts them."""
    names = sorted(values, key=lambda name: (len(name), name))
    members = ", ', ', ".join(f"'\"{name}\": ', {values[name]}" for name in names)
    return f"concat({before}, {members}, '}}')"


def _tax(code: str, rate: str, net: str, tax: str) -> str:
    values = {"tax_code": code, "tax_rate": rate, "taxable": _amount(net), "tax": _amount(tax)}
    return f"CASE WHEN {net} > 0 AND {code}::text <> '\"\"' THEN ', ' || {_object(values)} ELSE '' END"


def _date(label: str, day: str) -> str:
    return f'\'{{"label": "{label}", "value": "\' || {day} || \'"}}\''


def _in_groups(reference: str) -> str:
    """By four, as `grouped_reference` does it, without an expression that is searched for anew in each row."""
    groups = " || ' ' || ".join(f"substr({reference}, {start}, 4)" for start in range(1, 25, 4))
    return f"rtrim({groups})"


def _documents(kind: str, title: str, said: dict[str, str], lines: str, parent: str, source: str, k: int) -> Step:
    customer = {
        "name": _text("d.customer_name"),
        "email": _text(EMAIL),
        "phone": "'\"\"'",
        "tax_number": "'\"\"'",
        "billing_address": f"{ADDRESS}::text",
        "shipping_address": "'null'",
        "customer_number": _text("d.customer_number"),
    }
    context = {
        "kind": f"'\"{kind}\"'",
        "title": f"'\"{title}\"'",
        "number": _text("d.number"),
        "currency": _text("d.currency"),
        "customer": _object(customer),
        "lines": "printed.lines",
        "custom_fields": "'[]'",
        **said,
    }
    values = {
        "id": f"pg_temp.key(d.moment, {k}, d.n)",
        "company_id": "%(company)s",
        "kind": f"'{kind}'",
        "document_id": "d.id",
        "number": "d.number",
        "template": f"'{document_kinds[kind].template}'",
        "template_version": str(TEMPLATE_VERSION),
        "context": _object(context, "%(head)s::text, ', '") + "::jsonb",
        "filename": "d.number || '.pdf'",
        "created_at": "d.moment",
    }
    printed = f"""
        CROSS JOIN LATERAL (
            SELECT '[' || string_agg({_object(_LINE)}, ', ' ORDER BY position) || ']' AS lines,
                max(tax_rate) AS rate, max(tax_code) AS code
            FROM {lines} l WHERE l.company_id = %(company)s AND l.{parent} = d.id
        ) printed"""
    return rows("documents", StoredDocument, values, source.replace("{printed}", printed))


def stored_documents() -> list[Step]:
    """The steps, once the apps have told what is printed."""
    parts = (
        ("'\"SST\"'", _percent("d.goods_rate"), "d.goods_net", "d.goods_tax"),
        ("'\"SST-S\"'", _percent("d.service_rate"), "d.service_net", "d.service_tax"),
    )
    invoice = {
        "dates": f"'[' || {_date('Invoice date', 'd.day')} || ', ' || {_date('Due date', 'd.due_date')} || ']'",
        "references": "'[]'",
        "tax_summary": f"'[' || substr({' || '.join(_tax(*part) for part in parts)}, 3) || ']'",
        "list_price": _amount("d.subtotal + d.total_discount"),
        "discount": _amount("-d.total_discount"),
        "subtotal": _amount("d.subtotal"),
        "total_discount": _amount("d.total_discount"),
        "total_tax": _amount("d.total_tax"),
        "shipping_cost": _amount("d.shipping::numeric"),
        "total": _amount("d.total"),
        "description": "'\"\"'",
        "payment_reference": _text(_in_groups("d.payment_reference")),
        "qr_code": "'\"\"'",
    }
    note = {
        "dates": f"'[' || {_date('Credit note date', 'd.day')} || ']'",
        "references": '\'[{"label": "Our invoice", "value": \' || ' + _text("d.invoice_number") + " || '}]'",
        "tax_summary": "'[' || substr("
        + _tax(_text("printed.code"), _percent("printed.rate"), "d.first_net", "d.first_tax")
        + ", 3) || ']'",
        "subtotal": _amount("d.first_net"),
        "total_discount": _amount("d.first_discount"),
        "total_tax": _amount("d.first_tax"),
        "shipping_cost": "'\"0.00\"'",
        "total": _amount("d.credit"),
        "description": "'\"Returned\"'",
    }
    issued = f"bulk_invoice d {{printed}} WHERE d.status <> 'draft' AND {_SLICE}"
    credited = f"bulk_credit d {{printed}} WHERE {_SLICE}"
    return [
        _documents("invoice", "Invoice", invoice, "invoicing_invoiceline", "invoice_id", issued, 40),
        _documents("credit_note", "Credit note", note, "invoicing_creditnoteline", "credit_note_id", credited, 41),
    ]
