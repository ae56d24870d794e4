"""What of invoices and credit notes an e-invoice is made of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.einvoice.amounts import line_amounts
from invoicing.einvoice.codes import CONSOLIDATED, OTHERS, unit_code
from invoicing.einvoice.facts import (
    CREDIT_NOTE,
    INVOICE,
    NOT_ON_MYINVOIS,
    REFUND_NOTE,
    DocumentFacts,
    IdType,
    LineFacts,
    Party,
    Reference,
    Version,
)
from invoicing.einvoice.lines import tax_facts
from invoicing.einvoice.parties import address_facts, buyer_identity
from invoicing.einvoice.party_checks import check_address, check_buyer
from invoicing.einvoice.reading import buyer_of
from invoicing.models import CreditNote, CreditNoteLine, EInvoice, Invoice, InvoiceLine
from sales.models import DocumentLine, SaleDocument, TaxCode

if TYPE_CHECKING:
    from uuid import UUID

TaxTypes = Mapping[str, tuple[str, str]]


def invoice_facts(
    invoice: Invoice, company: Company, now: datetime, *, version: Version = "1.0", shipping_as_line: bool = False
) -> DocumentFacts:
    """The facts of an invoice as an e-invoice that would be issued `now`: three queries.

    Names and addresses are those on the invoice; numbers of registration are those that the records have today, and so
    are tax types and classifications.
    """
    lines = InvoiceLine.objects.filter(invoice=invoice).select_related("item").order_by("position")
    tax_types = _tax_types()
    return DocumentFacts(
        **_shared(invoice, company, now),
        kind=INVOICE,
        version=version,
        number=invoice.invoice_number,
        buyer=_buyer(invoice, Customer.objects.get(pk=invoice.customer_id), company),
        lines=tuple(_line(invoice, line, tax_types) for line in lines),
        shipping_as_line=shipping_as_line,
    )


def credit_note_facts(
    note: CreditNote,
    company: Company,
    now: datetime,
    *,
    original: EInvoice | None,
    is_original_reported: bool,
    version: Version = "1.0",
    shipping_as_line: bool = False,
) -> DocumentFacts:
    """The facts of a credit note; one whose money went back wholly is a refund note.

    `original` is the accepted e-invoice of the invoice: its buyer is the note's too.  Without it the reference has no
    uuid where `is_original_reported`, which preflight finds, and says otherwise that the original isn't on MyInvois.
    """
    lines = CreditNoteLine.objects.filter(credit_note=note).select_related("item").order_by("position")
    tax_types = _tax_types()
    facts = tuple(_line(note, line, tax_types) for line in lines)
    if original is not None and original.is_consolidated:
        facts = tuple(replace(line, classification=CONSOLIDATED) for line in facts)
    return DocumentFacts(
        **_shared(note, company, now),
        kind=REFUND_NOTE if note.total and note.amount_refunded == note.total else CREDIT_NOTE,
        version=version,
        number=note.credit_note_number,
        buyer=buyer_of(bytes(original.document)) if original is not None else _buyer_of_note(note, company),
        lines=facts,
        shipping_as_line=shipping_as_line,
        references=(_reference(note, original, is_original_reported=is_original_reported),),
    )


def _reference(note: CreditNote, original: EInvoice | None, *, is_original_reported: bool) -> Reference:
    if original is not None:
        return Reference(original.number, original.uuid)
    if note.invoice is None or not is_original_reported:
        return NOT_ON_MYINVOIS
    return Reference(note.invoice.invoice_number, "")


def _buyer_of_note(note: CreditNote, company: Company) -> Party:
    return _buyer(note, Customer.objects.get(pk=note.customer_id), company)


def _tax_types() -> TaxTypes:
    found = TaxCode.objects.values_list("code", "tax_type", "exemption_reason")
    return {code: (kind, reason) for code, kind, reason in found}


def _shared(document: SaleDocument, company: Company, now: datetime) -> dict[str, Any]:
    """What documents of all kinds say alike."""
    return {
        "issued_at": now,
        "currency": document.currency,
        "exchange_rate": document.exchange_rate if document.currency != "MYR" else None,
        "supplier": supplier_facts(company),
        "subtotal": document.subtotal,
        "total_tax": document.total_tax,
        "shipping_cost": document.shipping_cost,
        "total": document.total,
    }


def line_facts_of(invoices: Sequence[Invoice]) -> list[tuple[Invoice, list[LineFacts]]]:
    """The lines of many invoices as e-invoices have them: two queries."""
    tax_types = _tax_types()
    lines: dict[UUID, list[InvoiceLine]] = defaultdict(list)
    rows = InvoiceLine.objects.filter(invoice__in=[invoice.pk for invoice in invoices]).select_related("item")
    for line in rows.order_by("position"):
        lines[line.invoice_id].append(line)
    return [(invoice, [_line(invoice, line, tax_types) for line in lines[invoice.pk]]) for invoice in invoices]


def supplier_facts(company: Company) -> Party:
    """The company as an e-invoice names it."""
    return Party(
        name=company.legal_name or company.name,
        tin=company.tin,
        id_type="brn",
        # Many write the number of before 2019 behind it: 201901012345 (1321672-X).
        id_number=company.registration_number.partition("(")[0].strip(),
        sst_number=company.tax_number,
        tourism_tax_number=company.tourism_tax_number,
        msic_code=company.msic_code,
        business_activity=company.business_activity,
        phone=company.phone,
        email=company.email,
        address=address_facts(company.address, company.country),
    )


def _buyer(document: SaleDocument, customer: Customer, company: Company) -> Party:
    """The customer as the document names it.

    A part that LHDN would reject gives way to the customer's of today: what was issued is corrected nowhere else.
    """
    today = customer.billing_address or customer.address
    address = document.billing_address or today
    if today and check_address(address_facts(address, company.country)):
        address = today
    phone, email = document.customer_phone or customer.phone, document.customer_email
    party = replace(buyer_party(customer, company, address), name=document.customer_name, phone=phone, email=email)
    wrong = {problem.path[0] for problem in check_buyer(party)}
    return replace(
        party,
        phone=customer.phone if "phone" in wrong else phone,
        email=customer.email if "email" in wrong else email,
    )


def buyer_party(customer: Customer, company: Company, billing_address: Mapping[str, str] | None) -> Party:
    """A customer as a buyer at an address, as its record says."""
    address = address_facts(billing_address, company.country)
    kind = cast("IdType", customer.identification_type)  # which the database checks
    identity = buyer_identity(
        customer.tin,
        kind,
        customer.identification_number,
        country=address.country,
        is_government=customer.is_government,
    )
    return Party(
        name=customer.name,
        tin=identity.tin,
        id_type=identity.id_type,
        id_number=identity.id_number,
        sst_number=customer.tax_number,
        phone=customer.phone,
        email=customer.email,
        address=address,
    )


def _line(document: SaleDocument, line: DocumentLine, tax_types: TaxTypes) -> LineFacts:
    amounts = line_amounts(
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount_amount=line.discount_amount,
        line_total=line.line_total,
        tax_rate=line.tax_rate,
        prices_include_tax=document.prices_include_tax,
        currency=document.currency,
    )
    kind, reason = tax_types.get(line.tax_code, ("", ""))
    return LineFacts(
        position=line.position,
        description=line.description,
        classification=(line.item.classification_code if line.item else "") or OTHERS,
        unit_code=unit_code(line.unit),
        quantity=line.quantity,
        unit_price=amounts.unit_price,
        subtotal=amounts.subtotal,
        discount_amount=amounts.discount_amount,
        discount_percent=line.discount_percent,
        net=amounts.net,
        tax=tax_facts(kind, line.tax_rate, line.tax_amount, reason),
    )
