"""The printable facts of a document, as plain JSON that never changes again."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.money import ZERO, decimals_of, minor_units, quantize, round_half_up
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from sales.models import DocumentLine, SaleDocument
from sales.pricing import summarise_taxes


def amount_text(value: Decimal, currency: str) -> str:
    """An amount with its currency's decimals, such as `2567.50`."""
    return f"{quantize(value, currency):f}"


def grouped_amount_text(value: Decimal, currency: str) -> str:
    """An amount as tables print it, such as `2,567.50`."""
    return f"{Decimal(amount_text(value, currency)):,f}"


def plain_text(value: Decimal, at_least: int = 0) -> str:
    """A number without trailing zeros beyond `at_least` decimals, such as `100` or `6.0`."""
    return f"{round_half_up(value, max(at_least, decimals_of(value))):f}"


def price_text(value: Decimal, currency: str) -> str:
    """A unit price with at least its currency's decimals."""
    return plain_text(value, minor_units(currency))


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
        "heading": heading,
        "description": description,
        "lines": [_line(line, currency) for line in lines],
        "tax_summary": [
            {
                "tax_code": tax.tax_code,
                "tax_rate": plain_text(tax.tax_rate, 1),
                "taxable": amount_text(tax.taxable, currency),
                "tax": amount_text(tax.tax, currency),
            }
            for tax in taxes
        ],
        "prices_include_tax": document.prices_include_tax,
        **_before_discount(document),
        "subtotal": amount_text(document.subtotal, currency),
        "total_discount": amount_text(document.total_discount, currency),
        "total_tax": amount_text(document.total_tax, currency),
        "shipping_cost": amount_text(document.shipping_cost, currency),
        "total": amount_text(document.total, currency),
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
    return {name: amount_text(value, document.currency) for name, value in amounts.items()}


def _company(company: Company) -> dict[str, Any]:
    names = ("name", "legal_name", "registration_number", "tax_number", "email", "phone", "website", "bank_details")
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
        "quantity": plain_text(line.quantity),
        "unit": line.unit,
        "unit_price": price_text(line.unit_price, currency),
        "discount_percent": plain_text(line.discount_percent, 1),
        "discount_amount": amount_text(line.discount_amount, currency),
        "line_total": amount_text(line.line_total, currency),
        "tax_code": line.tax_code,
        "tax_rate": plain_text(line.tax_rate, 1),
        "tax_amount": amount_text(line.tax_amount, currency),
        "notes": line.notes,
    }
