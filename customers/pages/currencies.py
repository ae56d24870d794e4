"""The currencies that a customer may be billed in, as people choose them."""

from collections.abc import Iterable

import pycountry
from django.utils.translation import gettext as _

from bigledger_crm.kernel.money import CURRENCIES
from customers.models import Customer

# Codes of funds, of units of account, and of nothing that is in use: people pay in none of them.
_NOT_PAID_IN = frozenset("BOV CHE CHW CLF COU MXV USN UYI UYW XAD".split())
NAMES: dict[str, str] = {
    currency.alpha_3: currency.name
    for currency in pycountry.currencies
    if currency.alpha_3 in CURRENCIES - _NOT_PAID_IN
}
LATELY = 50


def recent_currencies() -> list[str]:
    """The currencies of the newest customers, each once."""
    newest = Customer.objects.order_by("-id").values_list("currency", flat=True)[:LATELY]
    return list(dict.fromkeys(newest))


def currency_choices(first: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """All currencies by name and code, those of `first` in a group before the others."""
    usual = list(dict.fromkeys(first))
    others = sorted((code for code in NAMES if code not in usual), key=lambda code: NAMES[code])
    return [
        (_("In use"), [_choice(code) for code in usual]),
        (_("All currencies"), [_choice(code) for code in others]),
    ]


def _choice(code: str) -> tuple[str, str]:
    return code, f"{code} – {NAMES[code]}" if code in NAMES else code
