"""The company's tax code for what rows of other programs call a tax."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bigledger_crm.kernel.money import plain_number
from bigledger_crm.kernel.text import fold
from bigledger_crm.registry import Text
from sales.models import TaxCode, TaxRate
from sales.rules import rate_on

NO_TAX = "none"
_NONE = frozenset(
    {
        *(NO_TAX, "no tax", "no tax applicable", "tax exempt", "exempt", "non taxable", "out of scope", "-"),
        *("zero rated", "zero rate", "not applicable", "na", "n/a", "no vat", "no gst", "no sst"),
    }
)
_PERCENT = re.compile(r"(?:^|[^\d.,])(\d{1,3}(?:[.,]\d{1,4})?)\s*(?:%|$)")


def tax_code_offers() -> Sequence[tuple[str, Text]]:
    """What a tax of another program can be: a code of the company, or no tax."""
    codes = TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", "name")
    return [(NO_TAX, _("No tax")), *((code, f"{code} – {name}" if name != code else code) for code, name in codes)]


class Taxes:
    """The active tax codes of the company in scope, as rows can name them."""

    def __init__(self) -> None:
        rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for code, day, rate in TaxRate.objects.values_list("tax_code__code", "valid_from", "rate"):
            rates[code].append((day, rate))
        self.rates = rates
        self.codes: list[str] = []
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for code, name in TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", "name"):
            self.codes.append(code)
            for text in {fold(code), fold(name)}:
                self.by_name[text].append(code)

    def code_for(self, text: str, rate: Decimal | None, day: date) -> str:
        """The code that is meant by a name, a percentage or both on a day, "" for no tax.

        Raises ValueError where none is meant, or nobody can tell which.
        """
        code = self._named(text) if text else None
        if code is None:
            found = _PERCENT.search(text)
            percent = Decimal(found[1].replace(",", ".")) if found and rate is None else rate
            if percent is None:
                raise ValueError(f"“{text[:60]}” is no tax code of the company. Say in the import what it stands for")
            return self._of_rate(percent, day)
        if rate is not None and (self._rate(code, day) or 0) != rate:
            has = plain_number(self._rate(code, day) or Decimal(0))
            raise ValueError(f"{code or 'No tax'} is {has}% on {day}, and the file says {plain_number(rate)}%")
        return code

    def _named(self, text: str) -> str | None:
        if text in self.codes:
            return text
        named = self.by_name.get(fold(text), [])
        if len(named) > 1:
            raise ValueError(f"“{text[:60]}” can be {' or '.join(named)}. Say in the import what it stands for")
        if named:
            return named[0]
        return "" if fold(text) in _NONE else None

    def _rate(self, code: str, day: date) -> Decimal | None:
        return rate_on(self.rates.get(code, ()), day)

    def _of_rate(self, percent: Decimal, day: date) -> str:
        if not percent:
            return ""
        found = [code for code in self.codes if self._rate(code, day) == percent]
        if len(found) == 1:
            return found[0]
        shown = f"{plain_number(percent)}% on {day}"
        if not found:
            raise ValueError(f"No tax code of the company is {shown}")
        raise ValueError(f"{' and '.join(found)} are {shown}. Say in the import which one is meant")
