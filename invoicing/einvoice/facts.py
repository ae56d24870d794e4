"""All that an e-invoice is made of, as plain values.

Amounts are in the document's currency, come from sales.pricing, and add up as it adds them up; texts are as stored.
A value that is missing is "" or None: invoicing.einvoice.preflight says what has to be there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from bigledger_crm.kernel.money import ZERO

Kind = Literal["01", "02", "03", "04", "11", "12", "13", "14"]
Version = Literal["1.0", "1.1"]
IdType = Literal["", "brn", "nric", "passport", "army"]

INVOICE: Kind = "01"
CREDIT_NOTE: Kind = "02"
DEBIT_NOTE: Kind = "03"
REFUND_NOTE: Kind = "04"
NOTES: frozenset[Kind] = frozenset(("02", "03", "04", "12", "13", "14"))
SELF_BILLED: frozenset[Kind] = frozenset(("11", "12", "13", "14"))


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `invoicing.einvoice.parties.address_facts` makes one of an address as the product keeps it.

    `state` is as it was typed, `state_code` what it means: "" where that isn't known.  `country` is ISO 3166-1 alpha-3.
    """

    lines: tuple[str, ...]
    city: str
    postcode: str
    state_code: str
    country: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """The supplier or the buyer.  Only a supplier has an MSIC code and a business activity."""

    name: str
    tin: str
    id_type: IdType
    id_number: str
    phone: str
    address: Address
    email: str = ""
    sst_number: str = ""
    tourism_tax_number: str = ""
    msic_code: str = ""
    business_activity: str = ""


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """The one tax of a line: its LHDN type (01-06, E), the rate in percent, the amount, and why it is exempt (E)."""

    type: str
    rate: Decimal
    amount: Decimal
    exemption_reason: str = ""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line; `invoicing.einvoice.amounts.line_amounts` finds its amounts from those of a line of the product.

    All are without tax: subtotal = quantity × unit price, net = subtotal − discount_amount.  `discount_percent` is only
    told beside the amount.
    """

    position: int
    description: str
    classification: str
    unit_code: str
    quantity: Decimal
    unit_price: Decimal
    subtotal: Decimal
    net: Decimal
    tax: TaxFacts
    discount_amount: Decimal = ZERO
    discount_percent: Decimal = ZERO
    discount_reason: str = "Discount"


@dataclass(frozen=True, slots=True)
class Reference:
    """The document that a note corrects: its number, and the uuid that LHDN gave it."""

    number: str
    uuid: str


# For a document from before the company joined MyInvois.
NOT_ON_MYINVOIS = Reference("NA", "NA")


@dataclass(frozen=True, slots=True)
class Period:
    """What an invoice covers, both days included; `frequency` is a word such as Monthly."""

    start: date
    end: date
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """An invoice or a note.

    `issued_at` is the time of the submission, in UTC, not the document's own date.  `exchange_rate` is MYR per unit of
    the currency, None for MYR.  The totals are those of sales.pricing: subtotal + total_tax + shipping_cost = total.
    Shipping is a charge of the document, or with `shipping_as_line` a line that isn't taxed.
    """

    kind: Kind
    number: str
    issued_at: datetime
    currency: str
    supplier: Party
    buyer: Party
    lines: tuple[LineFacts, ...]
    subtotal: Decimal
    total_tax: Decimal
    total: Decimal
    shipping_cost: Decimal = ZERO
    shipping_as_line: bool = False
    exchange_rate: Decimal | None = None
    references: tuple[Reference, ...] = ()
    payment_means: str = ""
    payment_account: str = ""
    payment_terms: str = ""
    period: Period | None = None
    version: Version = "1.0"
