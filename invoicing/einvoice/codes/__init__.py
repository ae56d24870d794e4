"""The code lists of MyInvois: data files beside this one, each with its source and date.

LHDN's own lists change a few times a year; `names` is what is known here, with the names as LHDN writes them.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

import pycountry

from bigledger_crm.kernel.text import fold

CodeList = Literal["document_types", "tax_types", "payment_means", "states", "classifications", "msic", "units"]

OTHERS = "022"  # the classification of what has none of its own
CONSOLIDATED = "004"
NO_STATE = "17"
ONE = "C62"  # the unit of what has none of its own
SALES_TAX, SERVICE_TAX, TOURISM_TAX, NOT_TAXED, EXEMPT = "01", "02", "03", "06", "E"

_PIECE = "H87"
_UNITS = {
    "": ONE,
    **dict.fromkeys("pc pcs piece pieces unit units nos no".split(), _PIECE),
    **dict.fromkeys("each ea".split(), "EA"),
    **dict.fromkeys("set sets".split(), "SET"),
    **dict.fromkeys("pair pairs pr".split(), "PR"),
    **dict.fromkeys("dozen doz dzn".split(), "DZN"),
    **dict.fromkeys("box boxes bx".split(), "XBX"),
    **dict.fromkeys("pack packs pkt packet packets package packages".split(), "XPK"),
    **dict.fromkeys("carton cartons ctn ctns".split(), "XCT"),
    **dict.fromkeys("bag bags".split(), "XBG"),
    **dict.fromkeys("roll rolls".split(), "XRO"),
    **dict.fromkeys("sheet sheets".split(), "XST"),
    **dict.fromkeys("kg kgs kilo kilos kilogram kilograms".split(), "KGM"),
    **dict.fromkeys("g gram grams gm".split(), "GRM"),
    **dict.fromkeys("t tonne tonnes mt".split(), "TNE"),
    **dict.fromkeys("l litre litres liter liters ltr".split(), "LTR"),
    **dict.fromkeys("ml millilitre millilitres".split(), "MLT"),
    **dict.fromkeys("m metre metres meter meters mtr".split(), "MTR"),
    **dict.fromkeys("cm centimetre centimetres".split(), "CMT"),
    **dict.fromkeys("m2 sqm".split(), "MTK"),
    **dict.fromkeys("m3 cbm".split(), "MTQ"),
    **dict.fromkeys("min mins minute minutes".split(), "MIN"),
    **dict.fromkeys("h hr hrs hour hours".split(), "HUR"),
    **dict.fromkeys("day days".split(), "DAY"),
    **dict.fromkeys("week weeks wk".split(), "WEE"),
    **dict.fromkeys("month months mth mths".split(), "MON"),
    **dict.fromkeys("year years yr yrs".split(), "ANN"),
    **dict.fromkeys("kwh".split(), "KWH"),
    **dict.fromkeys("lot lots".split(), "LO"),
}
_STATE_ALIASES = {
    **dict.fromkeys(("kl", "wpkl", "kuala lumpur", "wp kuala lumpur", "wilayah persekutuan"), "14"),
    **dict.fromkeys(("labuan", "wp labuan"), "15"),
    **dict.fromkeys(("putrajaya", "wp putrajaya"), "16"),
    **dict.fromkeys(("penang", "pinang", "p pinang", "ppinang"), "07"),
    **dict.fromkeys(("ns", "n9", "n sembilan", "nsembilan", "seremban"), "05"),
    **dict.fromkeys(("malacca", "melacca"), "04"),
    **dict.fromkeys(("trengganu", "terenganu"), "11"),
    "johore": "01",
    **dict.fromkeys(("selangor darul ehsan", "sel", "sgor"), "10"),
}
# What MyInvois has beyond ISO 3166-1, by the codes that postal systems use.
_MORE_COUNTRIES = {"XK": "XKX"}
_PAYMENT_MEANS = {
    "cash": "01",
    "cheque": "02",
    "bank_transfer": "03",
    "credit_card": "04",
    "debit_card": "05",
    "e_wallet": "06",
    **dict.fromkeys(("direct_debit", "other"), "08"),
}


@cache
def names(code_list: CodeList) -> Mapping[str, str]:
    """The codes of a list with their names, in the order of codes."""
    text = files(__name__).joinpath(f"{code_list}.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text)["codes"])


def is_known(code_list: CodeList, code: str) -> bool:
    """Whether a list has this code."""
    return code in names(code_list)


def state_code(state: str) -> str:
    """The code of a state of Malaysia, however it is written: `Penang`, `MY-07`, `07`; "" where it isn't one."""
    plain = " ".join(fold(state).replace(".", "").replace(",", " ").split())
    code = plain.removeprefix("my-").zfill(2)
    if code != NO_STATE and is_known("states", code):
        return code
    return _states().get(plain, "")


@cache
def _states() -> Mapping[str, str]:
    official = {fold(name): code for code, name in names("states").items() if code != NO_STATE}
    return {**official, **_STATE_ALIASES}


def country_code(alpha_2: str) -> str:
    """A country's ISO 3166-1 alpha-3 code, from its alpha-2 code; "" for none."""
    country = pycountry.countries.get(alpha_2=alpha_2) if alpha_2 else None
    return country.alpha_3 if country else _MORE_COUNTRIES.get(alpha_2, "")


def is_country(alpha_3: str) -> bool:
    """Whether this is a country's ISO 3166-1 alpha-3 code."""
    return alpha_3 in _MORE_COUNTRIES.values() or pycountry.countries.get(alpha_3=alpha_3) is not None


def unit_code(unit: str) -> str:
    """The UN/ECE code of a unit as people write it, `pcs` or `HUR`; that of "one" where it isn't known."""
    plain = fold(unit).rstrip(".")  # which makes 2 of a raised one
    if plain in _UNITS:
        return _UNITS[plain]
    return unit.strip() if is_known("units", unit.strip()) else ONE


def payment_means_code(payment_method: str) -> str:
    """The code of a payment method of the product; "" for none."""
    return _PAYMENT_MEANS.get(payment_method, "")
