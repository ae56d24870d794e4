"""Postal addresses as they are written on an envelope."""

from collections.abc import Mapping

from babel import Locale

_STATE_BEFORE_CODE = frozenset({"AU", "CA", "US"})


def address_lines(address: Mapping[str, str] | None, locale: Locale) -> list[str]:
    """The lines of an address in its country's order, the country's name as the locale has it."""
    part = {name: str(value).strip() for name, value in (address or {}).items() if value}
    city, state, code = part.get("city", ""), part.get("state", ""), part.get("postalCode", "")
    country = part.get("country", "")
    region = "" if state == city else state
    if country in _STATE_BEFORE_CODE:
        town = ", ".join(filter(None, [city, f"{region} {code}".strip()]))
    else:
        town = ", ".join(filter(None, [f"{code} {city}".strip(), region]))
    lines = [part.get("street", ""), part.get("street2", ""), town, locale.territories.get(country, country)]
    return [line for line in lines if line]
