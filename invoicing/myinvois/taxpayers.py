"""What LHDN tells of taxpayers."""

import re
from dataclasses import dataclass

from invoicing.myinvois.errors import Rejected
from invoicing.myinvois.fields import Fields

INDIVIDUAL_IDS = ("NRIC", "PASSPORT", "ARMY")
_SEVERAL = re.compile(r"multiple|more than one|several|conclusive", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TinSearch:
    """The TIN that LHDN found, "" for none; `several` when more than one matches, and a person has to choose."""

    tin: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class TaxpayerProfile:
    """What a taxpayer's own QR code stands for; "" for what it doesn't say.  `emails` can be several."""

    tin: str
    name: str
    id_type: str
    id_number: str
    sst_number: str
    tourism_tax_number: str
    emails: tuple[str, ...]
    phone: str
    msic_code: str
    business_activity: str
    address_lines: tuple[str, ...]
    postal_code: str
    city: str
    state: str
    country: str


def search_query(id_type: str, id_value: str, name: str) -> dict[str, str]:
    """A search for a TIN: LHDN keeps individuals (1) apart from all others (2)."""
    kind = "1" if id_type in INDIVIDUAL_IDS else "2"
    query = {"idType": id_type, "idValue": id_value, "taxpayerName": name, "fileType": kind}
    return {key: value for key, value in query.items() if value}


def is_ambiguous(error: Rejected) -> bool:
    """Whether LHDN rejects a search for a TIN because several match; it has no code for that."""
    return bool(_SEVERAL.search(error.message))


def read_profile(fields: Fields) -> TaxpayerProfile:
    """The profile in an answer."""
    lines = (fields.text(f"addressLine{n}") for n in range(3))
    return TaxpayerProfile(
        tin=fields.text("tin"),
        name=fields.text("name"),
        id_type=fields.text("idType"),
        id_number=fields.text("idNumber", "idValue"),
        sst_number=fields.text("sst"),
        tourism_tax_number=fields.text("ttx"),
        emails=tuple(email for part in fields.text("email").split(";") if (email := part.strip())),
        phone=fields.text("contactNumber"),
        msic_code=fields.text("msic"),
        business_activity=fields.text("businessActivityDescriptionEN", "businessActivityDescription"),
        address_lines=tuple(filter(None, lines)),
        postal_code=fields.text("postalZone"),
        city=fields.text("city"),
        state=fields.text("state"),
        country=fields.text("country"),
    )
