"""Step 4: whether codes are in LHDN's lists, and states fit their countries."""

from collections.abc import Iterator

import pycountry

from invoicing.einvoice.codes import NO_STATE, CodeList, is_country, is_known
from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.model import Settings
from invoicing.einvoice_simulator.reading import read_party
from invoicing.einvoice_simulator.ubl import Element, child, children, text

GENERAL_PUBLIC_TIN = "EI00000000010"
MALAYSIA = "MYS"
CONSOLIDATED = "004"
_LISTED: tuple[tuple[CodeList, str, tuple[str, ...]], ...] = (
    ("document_types", "EInvoiceTypes", ("InvoiceTypeCode",)),
    ("payment_means", "PaymentMethods", ("PaymentMeans", "PaymentMeansCode")),
    ("msic", "MSIC", ("AccountingSupplierParty", "Party", "IndustryClassificationCode")),
    ("tax_types", "TaxTypes", ("TaxTotal", "TaxSubtotal", "TaxCategory", "ID")),
    ("tax_types", "TaxTypes", ("InvoiceLine", "TaxTotal", "TaxSubtotal", "TaxCategory", "ID")),
)


def check_codes(invoice: Element, settings: Settings) -> list[Finding]:
    """The codes that aren't known, and the states that can't be."""
    return [
        *_check_listed(invoice),
        *_check_lines(invoice),
        *_check_currencies(invoice),
        *_check_states(invoice, settings),
    ]


def _check_listed(invoice: Element) -> Iterator[Finding]:
    for code_list, label, path in _LISTED:
        for one in children(invoice, *path):
            if not is_known(code_list, str(one.get("_", ""))):
                yield _unknown(one, label, ".".join(("Invoice", *path)))


def _check_lines(invoice: Element) -> Iterator[Finding]:
    path = "Invoice.InvoiceLine"
    for one in children(invoice, "InvoiceLine", "InvoicedQuantity"):
        if not is_known("units", str(one.get("unitCode", ""))):
            yield finding("CV302", f"{path}.InvoicedQuantity", item=one.get("unitCode", ""), list="UnitTypes")
    for line in children(invoice, "InvoiceLine"):
        codes = list(children(line, "Item", "CommodityClassification", "ItemClassificationCode"))
        classes = [one for one in codes if one.get("listID") == "CLASS"]
        where = f"{path}.Item.CommodityClassification.ItemClassificationCode"
        if not classes:
            yield finding("CV302", where, item="", list="ClassificationCodes")
        for one in classes:
            if not is_known("classifications", str(one.get("_", ""))):
                yield _unknown(one, "ClassificationCodes", where)


def _check_currencies(invoice: Element) -> Iterator[Finding]:
    for path in (("DocumentCurrencyCode",), ("TaxCurrencyCode",), ("TaxExchangeRate", "SourceCurrencyCode")):
        for one in children(invoice, *path):
            if pycountry.currencies.get(alpha_3=one.get("_", "")) is None:
                yield _unknown(one, "CurrencyCodes", ".".join(("Invoice", *path)))


def _check_states(invoice: Element, settings: Settings) -> Iterator[Finding]:
    for role, part in (("Supplier", "Supplier"), ("Customer", "Buyer")):
        address = child(invoice, f"Accounting{role}Party", "Party", "PostalAddress")
        path = f"Invoice.Accounting{role}Party.Party.PostalAddress"
        state, country = text(address, "CountrySubentityCode"), text(address, "Country", "IdentificationCode")
        if not is_country(country):
            yield finding("CV302", f"{path}.Country.IdentificationCode", item=country, list="CountryCodes")
        elif country != MALAYSIA:
            if state != NO_STATE and is_known("states", state):
                yield finding("CV316", f"{path}.CountrySubentityCode", part=part)
        elif not is_known("states", state):
            yield finding("CV302", f"{path}.CountrySubentityCode", item=state, list="StateCodes")
        else:
            yield from _check_malaysian_state(invoice, settings, state, part, f"{path}.CountrySubentityCode")


def _check_malaysian_state(invoice: Element, settings: Settings, state: str, part: str, path: str) -> Iterator[Finding]:
    has_none = part == "Buyer" and is_consolidated(invoice)
    may_differ = not has_none or settings.consolidated_state == "lenient"
    if not has_none if state == NO_STATE else not may_differ:
        yield finding("CV317", path, part=part)


def is_consolidated(invoice: Element) -> bool:
    """Whether a document is for the General Public, with every line of class 004."""
    codes = [
        str(one.get("_"))
        for one in children(invoice, "InvoiceLine", "Item", "CommodityClassification", "ItemClassificationCode")
    ]
    return read_party(invoice, "Customer").tin == GENERAL_PUBLIC_TIN and bool(codes) and set(codes) == {CONSOLIDATED}


def _unknown(one: Element, label: str, path: str) -> Finding:
    return finding("CV302", path, item=one.get("_", ""), list=label)
