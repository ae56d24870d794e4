"""Who sells and who buys, as an e-invoice names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap

from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice.codes import NO_STATE, country_code, state_code
from invoicing.einvoice.facts import Address, IdType, Party
from invoicing.einvoice.identifiers import (
    FOREIGN_BUYER_TIN,
    GENERAL_PUBLIC_TIN,
    GOVERNMENT_TIN,
    NO_NRIC,
    clean_id_number,
    clean_phone,
    clean_sst,
    clean_tin,
    clean_tourism_tax,
)

MALAYSIA = "MYS"
NONE = "NA"  # how a document says that there is none
MAX_ADDRESS_LINE = 150

# The buyer of a consolidated e-invoice, and of its notes.
GENERAL_PUBLIC = Party(
    name="General Public",
    tin=GENERAL_PUBLIC_TIN,
    id_type="brn",
    id_number=NONE,
    phone=NONE,
    address=Address(lines=(NONE,), city=NONE, postcode="", state_code=NO_STATE, country=MALAYSIA),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what LHDN knows a party; the TIN can be one of the general ones."""

    tin: str
    id_type: IdType
    id_number: str


def address_facts(stored: Mapping[str, str] | None, country: str = "MY") -> Address:
    """An address as customers have it in JSON, and a company; `country` is that of an address that names none.

    Street lines above 150 characters go on in the next line.  Outside Malaysia there are no codes of states.
    """
    part = {name: clean_line(str(value)) for name, value in (stored or {}).items() if value}
    alpha_3 = country_code(part.get("country", country))
    state, city = part.get("state", ""), part.get("city", "")
    code = state_code(state or city) if alpha_3 == MALAYSIA else NO_STATE
    streets = (part.get("street", ""), part.get("street2", ""))
    lines = tuple(line for street in streets for line in wrap(street, MAX_ADDRESS_LINE))
    return Address(lines, city, part.get("postalCode", ""), code, alpha_3, state)


def buyer_identity(tin: str, id_type: IdType, id_number: str, *, country: str, is_government: bool = False) -> Identity:
    """The TIN and the number of a buyer, of what is known of both: a general TIN for those who need none of their own.

    `country` is ISO 3166-1 alpha-3.  A business in Malaysia has a TIN: without one it stays "", as the number does, and
    invoicing.einvoice.preflight asks for them.
    """
    if not tin:
        tin = _general_tin(id_type, is_government=is_government, is_foreign=country not in ("", MALAYSIA))
    if not id_number:
        if tin in (FOREIGN_BUYER_TIN, GOVERNMENT_TIN):
            return Identity(tin, "brn", NONE)
        if tin.upper().startswith("IG"):
            return Identity(tin, "nric", NO_NRIC)
    return Identity(tin, id_type, id_number)


def _general_tin(id_type: IdType, *, is_government: bool, is_foreign: bool) -> str:
    if is_government:
        return GOVERNMENT_TIN
    if id_type == "nric":
        return GENERAL_PUBLIC_TIN
    return FOREIGN_BUYER_TIN if is_foreign or id_type == "passport" else ""


@dataclass(frozen=True, slots=True)
class PartyNumbers:
    """Pairs of scheme and number, in their order, and the phone number."""

    ids: tuple[tuple[str, str], ...]
    phone: str


def party_numbers(party: Party) -> PartyNumbers:
    """The numbers of a party; NA where there is none.  Raises ValueError for what isn't a number of its kind.

    Who isn't in Malaysia has no Malaysian tax numbers, whatever tax number is known.
    """
    sst, tourism = clean_line(party.sst_number), clean_line(party.tourism_tax_number)
    malaysian = party.address.country == MALAYSIA
    return PartyNumbers(
        ids=(
            ("TIN", clean_tin(party.tin)),
            (party.id_type.upper(), id_number_of(party)),
            ("SST", clean_sst(sst) if sst and malaysian else NONE),
            ("TTX", clean_tourism_tax(tourism) if tourism and malaysian else NONE),
        ),
        phone=NONE if party.phone == NONE else clean_phone(party.phone),
    )


def id_number_of(party: Party) -> str:
    """The number of the party's registration or papers.  Raises ValueError."""
    if party.id_type not in ("brn", "nric", "passport", "army"):
        raise ValueError("The type of the number is missing")
    if party.id_type == "brn" and party.id_number == NONE:
        return NONE
    malaysian = party.address.country == MALAYSIA
    return clean_id_number(party.id_type, party.id_number, malaysian=malaysian)
