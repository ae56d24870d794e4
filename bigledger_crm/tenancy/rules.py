"""What valid settings of a company are: plain values in, plain values out."""

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

import pycountry

from bigledger_crm.kernel import money
from bigledger_crm.kernel.errors import FieldError, field_error

_COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
_time_zones = cache(available_timezones)  # looks through a thousand files


def check_settings(settings: Mapping[str, object]) -> list[FieldError]:
    """What is wrong with a company's currency, country and time zone; absent ones are fine."""
    errors: list[FieldError] = []
    if not money.is_currency(str(settings.get("currency", "MYR"))):
        errors += field_error("currency", "Currency must be an ISO 4217 code such as MYR")
    if settings.get("country", "MY") not in _COUNTRIES:
        errors += field_error("country", "Country must be an ISO 3166 alpha-2 code such as MY")
    if settings.get("time_zone", "UTC") not in _time_zones():
        errors += field_error("time_zone", "Time zone must be an IANA name such as Asia/Kuala_Lumpur")
    return errors
