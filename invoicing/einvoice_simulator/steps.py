"""The steps of the validation in the background, by their numbers."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from invoicing.einvoice_simulator.code_checks import check_codes
from invoicing.einvoice_simulator.currency_checks import check_currency
from invoicing.einvoice_simulator.findings import Finding
from invoicing.einvoice_simulator.model import Document
from invoicing.einvoice_simulator.reference_checks import check_duplicate, check_references
from invoicing.einvoice_simulator.signature_checks import check_signature
from invoicing.einvoice_simulator.taxpayer_checks import check_taxpayers
from invoicing.einvoice_simulator.total_checks import check_totals
from invoicing.einvoice_simulator.ubl import Element

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

Check = Callable[["Simulator", Document, Element, bytes], list[Finding]]


def checks() -> Mapping[int, Check]:
    """What each step checks; the sums, which LHDN doesn't check, are the second step's."""
    return {
        2: lambda simulator, _, invoice, __: check_totals(invoice) if simulator.settings.totals == "strict" else [],
        3: lambda simulator, document, _, __: check_duplicate(simulator, document),
        4: lambda simulator, _, invoice, __: check_codes(invoice, simulator.settings),
        5: lambda simulator, document, invoice, __: check_taxpayers(simulator, document, invoice),
        6: lambda simulator, document, _, __: check_references(simulator, document),
        7: lambda _, __, invoice, ___: check_currency(invoice),
        8: check_signature,
    }
