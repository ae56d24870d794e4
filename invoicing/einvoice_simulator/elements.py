"""The elements that MyInvois lists, with what they hold, their lengths, and whether they must be there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["text", "number", "boolean", "date", "time", "signature", "group"]


@dataclass(frozen=True, slots=True)
class Field:
    """An element: `longest` is a number of characters, 0 for any; a group has elements, and so has the root."""

    kind: Kind
    longest: int = 0
    is_required: bool = False
    elements: Mapping[str, "Field"] | None = None


def text(longest: int = 0) -> Field:
    """A text."""
    return Field("text", longest)


def group(**elements: Field) -> Field:
    """An element of elements."""
    return Field("group", elements=elements)


def required(field: Field) -> Field:
    """The same, which must be there."""
    return replace(field, is_required=True)


NUMBER, BOOLEAN, DATE, TIME = Field("number"), Field("boolean"), Field("date"), Field("time")
SIGNATURE = Field("signature")
_CODE = required(text())
_TAX_CATEGORY = required(group(ID=_CODE, TaxExemptionReason=text(300), TaxScheme=required(group(ID=_CODE))))
_CHARGE = group(
    ChargeIndicator=required(BOOLEAN),
    AllowanceChargeReason=text(300),
    MultiplierFactorNumeric=NUMBER,
    Amount=required(NUMBER),
)
_ADDRESS = group(
    CityName=required(text(50)),
    PostalZone=text(50),
    CountrySubentityCode=required(text(50)),
    AddressLine=required(group(Line=required(text(150)))),
    Country=required(group(IdentificationCode=_CODE)),
)
_CONTACT = group(Telephone=required(text(20)), ElectronicMail=text(320))
_NAME = required(group(RegistrationName=required(text(300))))
_BUYER = group(
    PartyIdentification=required(group(ID=_CODE)),
    PostalAddress=required(_ADDRESS),
    PartyLegalEntity=_NAME,
    Contact=required(_CONTACT),
)
_SUPPLIER = group(IndustryClassificationCode=_CODE, **dict(_BUYER.elements or {}))
_DELIVERY_PARTY = group(PartyIdentification=group(ID=_CODE), PostalAddress=_ADDRESS, PartyLegalEntity=_NAME)
_LINE = group(
    ID=_CODE,
    InvoicedQuantity=NUMBER,
    LineExtensionAmount=required(NUMBER),
    AllowanceCharge=_CHARGE,
    TaxTotal=required(
        group(
            TaxAmount=required(NUMBER),
            TaxSubtotal=required(
                group(
                    TaxableAmount=NUMBER,
                    TaxAmount=required(NUMBER),
                    Percent=NUMBER,
                    PerUnitAmount=NUMBER,
                    BaseUnitMeasure=NUMBER,
                    TaxCategory=_TAX_CATEGORY,
                )
            ),
        )
    ),
    Item=required(
        group(
            Description=required(text(300)),
            OriginCountry=group(IdentificationCode=_CODE),
            CommodityClassification=required(group(ItemClassificationCode=required(text(12)))),
        )
    ),
    Price=required(group(PriceAmount=required(NUMBER))),
    ItemPriceExtension=required(group(Amount=required(NUMBER))),
)
INVOICE = group(
    UBLExtensions=SIGNATURE,
    ID=required(text(50)),
    IssueDate=required(DATE),
    IssueTime=required(TIME),
    InvoiceTypeCode=_CODE,
    DocumentCurrencyCode=_CODE,
    TaxCurrencyCode=text(3),
    InvoicePeriod=group(StartDate=DATE, EndDate=DATE, Description=text(50)),
    BillingReference=group(
        InvoiceDocumentReference=group(ID=_CODE, UUID=_CODE), AdditionalDocumentReference=group(ID=required(text(150)))
    ),
    AdditionalDocumentReference=group(ID=required(text(1000)), DocumentType=text(), DocumentDescription=text(300)),
    Signature=SIGNATURE,
    AccountingSupplierParty=required(group(AdditionalAccountID=text(300), Party=required(_SUPPLIER))),
    AccountingCustomerParty=required(group(Party=required(_BUYER))),
    Delivery=group(DeliveryParty=_DELIVERY_PARTY, Shipment=group(ID=_CODE, FreightAllowanceCharge=_CHARGE)),
    PaymentMeans=group(PaymentMeansCode=_CODE, PayeeFinancialAccount=group(ID=required(text(150)))),
    PaymentTerms=group(Note=required(text(300))),
    PrepaidPayment=group(ID=text(150), PaidAmount=NUMBER, PaidDate=DATE, PaidTime=TIME),
    AllowanceCharge=_CHARGE,
    TaxExchangeRate=group(SourceCurrencyCode=_CODE, TargetCurrencyCode=_CODE, CalculationRate=required(NUMBER)),
    TaxTotal=required(
        group(
            TaxAmount=required(NUMBER),
            TaxSubtotal=required(group(TaxableAmount=NUMBER, TaxAmount=required(NUMBER), TaxCategory=_TAX_CATEGORY)),
        )
    ),
    LegalMonetaryTotal=required(
        group(
            LineExtensionAmount=NUMBER,
            TaxExclusiveAmount=required(NUMBER),
            TaxInclusiveAmount=required(NUMBER),
            AllowanceTotalAmount=NUMBER,
            ChargeTotalAmount=NUMBER,
            PayableRoundingAmount=NUMBER,
            PayableAmount=required(NUMBER),
        )
    ),
    InvoiceLine=required(_LINE),
)
