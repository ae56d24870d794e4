"""The printable facts of a document, as plain JSON that never changes again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bigledger_crm.custom_fields.printing import printed_fields
from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.money import ZERO, plain_amount, plain_number, plain_price
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rules import REGISTRATIONS
from customers.models import Customer
from sales.models import DocumentLine, OwnedDocument, SaleDocument
from sales.pricing import summarise_taxes


def customer_on(document: SaleDocument) -> dict[str, Any]:
    """The document's own copy of its customer."""
    return {
        "name": document.customer_name,
        "email": document.customer_email,
        "phone": document.customer_phone,
        "tax_number": document.customer_tax_number,
        "billing_address": document.billing_address,
        "shipping_address": document.shipping_address,
    }


def customer_now(customer: Customer) -> dict[str, Any]:
    """A customer as it is now, for what is about no document."""
    return {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "tax_number": customer.tax_number,
        "billing_address": customer.billing_address or customer.address,
        "shipping_address": None,
    }


def base_context(
    company: Company,
    customer: Customer,
    printed: Mapping[str, Any],
    *,
    kind: str,
    title: str,
    number: str,
    currency: str,
    dates: Sequence[tuple[str, date | None]],
    references: Sequence[tuple[str, str]] = (),
    watermark: str = "",
) -> dict[str, Any]:
    """What every PDF begins with: whose it is, for whom (`printed` facts), its number, days and references.

    In the customer's language, else the company's.
    """
    return {
        "kind": kind,
        "title": title,
        "number": number,
        "language": resolve_language(customer.language, company.language),
        "currency": currency,
        "watermark": watermark,
        "company": _company(company),
        "look": branding_of(company),
        "customer": {**printed, "customer_number": customer.customer_number},
        "dates": [{"label": label, "value": value.isoformat()} for label, value in dates if value],
        "references": [{"label": label, "value": value} for label, value in references if value],
    }


def print_context(
    company: Company,
    document: SaleDocument,
    lines: Sequence[DocumentLine],
    *,
    kind: str,
    title: str,
    number: str,
    dates: Sequence[tuple[str, date | None]],
    references: Sequence[tuple[str, str]] = (),
    heading: str = "",
    description: str = "",
    watermark: str = "",
) -> dict[str, Any]:
    """Everything that the PDF says, amounts as text in the document's currency."""
    currency = document.currency
    taxes = summarise_taxes([(line.tax_code, line.tax_rate, line.line_total, line.tax_amount) for line in lines])
    head = base_context(
        company,
        document.customer,
        customer_on(document),
        kind=kind,
        title=title,
        number=number,
        currency=currency,
        dates=dates,
        references=references,
        watermark=watermark,
    )
    return {
        **head,
        "custom_fields": (
            printed_fields(company, document, head["language"]) if isinstance(document, OwnedDocument) else []
        ),
        "heading": heading,
        "description": description,
        "lines": [_line(line, currency) for line in lines],
        "tax_summary": [
            {
                "tax_code": tax.tax_code,
                "tax_rate": plain_number(tax.tax_rate, 1),
                "taxable": plain_amount(tax.taxable, currency),
                "tax": plain_amount(tax.tax, currency),
            }
            for tax in taxes
        ],
        "prices_include_tax": document.prices_include_tax,
        **_before_discount(document),
        "subtotal": plain_amount(document.subtotal, currency),
        "total_discount": plain_amount(document.total_discount, currency),
        "total_tax": plain_amount(document.total_tax, currency),
        "shipping_cost": plain_amount(document.shipping_cost, currency),
        "total": plain_amount(document.total, currency),
        "notes": document.notes,
        "terms": document.terms,
    }


def _before_discount(document: SaleDocument) -> dict[str, str]:
    """What the subtotal is reached from: the list price, the discount, and the tax inside where prices include it."""
    if not document.total_discount:
        return {}
    inside = document.total_tax if document.prices_include_tax else ZERO
    amounts = {"list_price": document.subtotal + inside + document.total_discount, "discount": -document.total_discount}
    if inside:
        amounts["tax_inside"] = -inside
    return {name: plain_amount(value, document.currency) for name, value in amounts.items()}


def _company(company: Company) -> dict[str, Any]:
    names = ("name", "legal_name", "country", *REGISTRATIONS, "email", "phone", "website", "bank_details")
    return {**{name: getattr(company, name) for name in names}, "address": company.address}


def branding_of(company: Company) -> dict[str, str]:
    """The company's branding of today."""
    names = ("logo", "accent_color", "letterhead", "footer", "paper_size")
    return {name: getattr(company, name) for name in names}


def _line(line: DocumentLine, currency: str) -> dict[str, Any]:
    return {
        "position": line.position,
        "item_code": line.item_code,
        "description": line.description,
        "quantity": plain_number(line.quantity),
        "unit": line.unit,
        "unit_price": plain_price(line.unit_price, currency),
        "discount_percent": plain_number(line.discount_percent, 1),
        "discount_amount": plain_amount(line.discount_amount, currency),
        "line_total": plain_amount(line.line_total, currency),
        "tax_code": line.tax_code,
        "tax_rate": plain_number(line.tax_rate, 1),
        "tax_amount": plain_amount(line.tax_amount, currency),
        "notes": line.notes,
    }
