"""What valid settings of a company are: plain values in, plain values out."""

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

import pycountry

from bigledger_crm.kernel import money

_COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
_time_zones = cache(available_timezones)  # looks through a thousand files


def check_settings(settings: Mapping[str, object]) -> dict[str, str]:
    """The errors of a company's currency, country and time zone, by their name in JSON; absent ones are fine."""
    errors: dict[str, str] = {}
    if not money.is_currency(str(settings.get("currency", "MYR"))):
        errors["currency"] = "Currency must be an ISO 4217 code such as MYR"
    if settings.get("country", "MY") not in _COUNTRIES:
        errors["country"] = "Country must be an ISO 3166 alpha-2 code such as MY"
    if settings.get("time_zone", "UTC") not in _time_zones():
        errors["timeZone"] = "Time zone must be an IANA name such as Asia/Kuala_Lumpur"
    return errors
