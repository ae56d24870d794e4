"""Reading a document of ours again."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from invoicing.einvoice.facts import Address, IdType, Party
from invoicing.einvoice.parties import NONE

_SCHEMES = ("BRN", "NRIC", "PASSPORT", "ARMY")


def buyer_of(document: bytes) -> Party:
    """The buyer that a document names, as facts: a note names the same one, whatever is known of them today."""
    invoice = msgspec.json.decode(document)["Invoice"][0]
    party = invoice["AccountingCustomerParty"][0]["Party"][0]
    ids = {each["ID"][0]["schemeID"]: each["ID"][0]["_"] for each in party["PartyIdentification"]}
    scheme = next(name for name in _SCHEMES if name in ids)
    contact = party["Contact"][0]
    return Party(
        name=party["PartyLegalEntity"][0]["RegistrationName"][0]["_"],
        tin=ids["TIN"],
        id_type=cast("IdType", scheme.lower()),
        id_number=ids[scheme],
        phone=_text(contact, "Telephone"),
        email=_text(contact, "ElectronicMail"),
        sst_number="" if ids["SST"] == NONE else ids["SST"],
        tourism_tax_number="" if ids["TTX"] == NONE else ids["TTX"],
        address=_address(party["PostalAddress"][0]),
    )


def _address(address: Mapping[str, Any]) -> Address:
    return Address(
        lines=tuple(line["Line"][0]["_"] for line in address.get("AddressLine", [])),
        city=_text(address, "CityName"),
        postcode=_text(address, "PostalZone"),
        state_code=_text(address, "CountrySubentityCode"),
        country=address["Country"][0]["IdentificationCode"][0]["_"],
    )


def _text(element: Mapping[str, Any], name: str) -> str:
    return str(element[name][0]["_"]) if name in element else ""
