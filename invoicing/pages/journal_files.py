"""The journal as files: one line for each side of an entry, as other accounting programs import them."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web.components import Column
from bigledger_crm.web.lists.export import FileFormat, Value, csv_file
from invoicing.models import JournalEntry

_PLAIN = (
    *("Entry", "Date", "Kind", "Document", "Customer number", "Customer", "Account code", "Account", "Description"),
    *("Debit", "Credit", "Currency", "Amount in document currency", "Document currency", "Imported"),
)
# The columns of a manual journal of Xero; amounts above zero are debit.  The tax is a line of its own.
_XERO = ("*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount")
_NO_TAX = "Tax Exempt"
# The columns of a journal entry of QuickBooks Online.
_QUICKBOOKS = ("JournalNo", "JournalDate", "AccountName", "Debits", "Credits", "Description", "Name", "Currency")


def _narration(entry: JournalEntry) -> str:
    """With the entry's id: who imports a file twice sees it."""
    kind = entry.kind.replace("_", " ").capitalize()
    return f"{kind} {entry.document_number}, {entry.customer.name} ({entry.public_id})"


def _sides(entry: JournalEntry, base: str) -> list[tuple[dict[str, Any], Decimal, Decimal]]:
    """The lines with debit and credit in the company's currency; what is in another currency only is left out."""
    sides = [
        (line, quantize(Decimal(line["debit"]), base), quantize(Decimal(line["credit"]), base)) for line in entry.lines
    ]
    return [(line, debit, credit) for line, debit, credit in sides if debit or credit]


def _plain(entry: JournalEntry, base: str) -> list[list[Value]]:
    customer = entry.customer
    about = [
        entry.public_id,
        entry.entry_date,
        entry.kind,
        entry.document_number,
        customer.customer_number,
        customer.name,
    ]
    return [
        [
            *about,
            *(line["code"], line["name"], line["text"], debit, credit, base),
            *(quantize(Decimal(line["currencyAmount"]), entry.currency), entry.currency),
            "yes" if entry.is_imported else "",
        ]
        for line, debit, credit in _sides(entry, base)
    ]


def _xero(entry: JournalEntry, base: str) -> list[list[Value]]:
    return [
        [_narration(entry), entry.entry_date, line["text"] or line["name"], line["code"], _NO_TAX, debit - credit]
        for line, debit, credit in _sides(entry, base)
    ]


def _quickbooks(entry: JournalEntry, base: str) -> list[list[Value]]:
    return [
        [
            *(entry.public_id, entry.entry_date, line["name"], debit or None, credit or None),
            *(line["text"] or _narration(entry), entry.customer.name, base),
        ]
        for line, debit, credit in _sides(entry, base)
    ]


def _format(label: Any, heads: Sequence[str], lines_of: Callable[[JournalEntry, str], list[list[Value]]]) -> FileFormat:
    def write(name: str, columns: Sequence[Column], rows: QuerySet[Any], company: Company) -> HttpResponseBase:
        return csv_file(name, heads, lambda entry: lines_of(entry, company.currency), rows, company)

    return FileFormat(label, write)


JOURNAL_FORMATS = {
    "csv": _format("CSV", _PLAIN, _plain),
    "xero": _format(gettext_lazy("Xero manual journals"), _XERO, _xero),
    "quickbooks": _format(gettext_lazy("QuickBooks journal entries"), _QUICKBOOKS, _quickbooks),
}
