"""Step 7: whether all amounts are in the currency of the document."""

from collections.abc import Iterator
from typing import Any

from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.ubl import Element, text


def check_currency(invoice: Element) -> list[Finding]:
    """Each place, once, with an amount in another currency than it must have."""
    currency, tax_currency = text(invoice, "DocumentCurrencyCode"), text(invoice, "TaxCurrencyCode")
    found: dict[Finding, None] = {}
    for path, name, given in _amounts(invoice, "Invoice"):
        if name == "TaxAmount" and tax_currency:
            if given != tax_currency:
                found[finding("DC501", path)] = None
        elif given != currency:
            found[finding("DC502", path)] = None
    if currency != "MYR" and text(invoice, "TaxExchangeRate", "TargetCurrencyCode") != "MYR":
        found[finding("DC511")] = None
    return list(found)


def _amounts(element: Element, path: str) -> Iterator[tuple[str, str, str]]:
    """The places of amounts, their names and currencies; in a signature there are none."""
    for name, elements in element.items():
        if name in ("UBLExtensions", "Signature") or not isinstance(elements, list):
            continue
        for one in elements:
            currency: Any = one.get("currencyID")
            if currency is not None:
                yield f"{path}.{name}", name, str(currency)
            yield from _amounts(one, f"{path}.{name}")
