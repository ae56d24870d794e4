"""The registry of taxpayers: whether a TIN and a number belong together, and searches."""

from enum import Enum
from typing import TYPE_CHECKING, Any

from invoicing.einvoice.identifiers import clean_tin
from invoicing.einvoice_simulator.clock import stamp
from invoicing.einvoice_simulator.core_fields import NO_NRIC, NONE, is_form_of
from invoicing.einvoice_simulator.http_messages import Request, Response, bad_argument, json_response, not_found
from invoicing.einvoice_simulator.model import Taxpayer
from invoicing.einvoice_simulator.reading import SCHEMES

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator
    from invoicing.einvoice_simulator.tokens import Caller


class Match(Enum):
    """Whether a TIN and a number belong together."""

    YES = "yes"
    UNKNOWN = "unknown"
    OTHER_NUMBER = "other number"


def match(simulator: "Simulator", tin: str, id_type: str, id_number: str) -> Match:
    """Whether a TIN and a number belong together: for any in the right form that aren't listed, where it is open."""
    taxpayer = simulator.taxpayer(tin)
    if taxpayer is None:
        return _match_unlisted(simulator, tin, id_type, id_number)
    if (id_type, id_number) not in taxpayer.ids:
        gives_none = tin.startswith("IG") and (id_type, id_number) == ("NRIC", NO_NRIC)
        return Match.YES if gives_none else Match.OTHER_NUMBER
    if id_type == "BRN" and tin.startswith("IG") and not taxpayer.is_business_owner:
        return Match.OTHER_NUMBER
    return Match.YES


def _match_unlisted(simulator: "Simulator", tin: str, id_type: str, id_number: str) -> Match:
    if simulator.settings.registry == "strict" or not _is_tin(tin):
        return Match.UNKNOWN
    if id_type == "BRN" and tin.startswith("IG"):
        return Match.OTHER_NUMBER
    is_anothers = any((id_type, id_number) in other.ids for other in simulator.store.all(Taxpayer))
    is_one = is_form_of(id_type, id_number, is_foreign=tin.startswith("F")) and id_number != NONE
    return Match.YES if is_one and not is_anothers else Match.OTHER_NUMBER


def _is_tin(tin: str) -> bool:
    try:
        return clean_tin(tin) == tin
    except ValueError:
        return False


def validate(simulator: "Simulator", request: Request, caller: "Caller", tin: str) -> Response:
    """GET /api/v1.0/taxpayer/validate/{tin}: 200 without a body, or 404."""
    id_type, id_number = request.parameter("idType").upper(), request.parameter("idValue")
    if id_type not in SCHEMES:
        raise bad_argument("idType must be NRIC, PASSPORT, BRN or ARMY", "idType")
    if not id_number:
        raise bad_argument("idValue is required", "idValue")
    if match(simulator, tin, id_type, id_number) is Match.YES:
        return Response()
    raise not_found("The TIN and the number do not match")


def search(simulator: "Simulator", request: Request, caller: "Caller") -> Response:
    """GET /api/v1.0/taxpayer/search/tin: the one TIN of a number or a name."""
    id_type, id_number = request.parameter("idType").upper(), request.parameter("idValue")
    name, file_type = request.parameter("taxpayerName"), request.parameter("fileType")
    if not name and not (id_type and id_number):
        raise bad_argument("idType and idValue, or taxpayerName, are required", "idType")
    if id_type and id_type not in SCHEMES:
        raise bad_argument("idType must be NRIC, PASSPORT, BRN or ARMY", "idType")
    if file_type not in ("", "1", "2"):
        raise bad_argument("fileType must be 1 or 2", "fileType")
    found = [
        taxpayer.tin
        for taxpayer in simulator.store.all(Taxpayer)
        if taxpayer.ids
        and (not id_number or (id_type, id_number) in taxpayer.ids)
        and (not name or name.casefold() in taxpayer.name.casefold())
        and (not file_type or taxpayer.tin.startswith("IG") == (file_type == "1"))
    ]
    if len(found) > 1:
        raise bad_argument(
            "The search is not conclusive: several TINs match. Give more of what is known", "taxpayerName"
        )
    if not found:
        raise not_found("No taxpayer matches")
    return json_response({"tin": found[0]})


def qr_code_info(simulator: "Simulator", request: Request, caller: "Caller", text: str) -> Response:
    """GET /api/v1.0/taxpayers/qrcodeinfo/{text}: in the simulator the text of a taxpayer's QR code is its TIN."""
    taxpayer = simulator.taxpayer(text)
    if taxpayer is None or not taxpayer.ids:
        raise not_found("The QR code is unknown")
    return json_response(_profile(taxpayer) | {"generatedTimestamp": stamp(simulator.clock.now())})


def _profile(taxpayer: Taxpayer) -> dict[str, Any]:
    id_type, id_number = taxpayer.ids[0]
    return {
        "name": taxpayer.name,
        "tin": taxpayer.tin,
        "idType": id_type,
        "idNumber": id_number,
        "sst": taxpayer.sst_number or NONE,
        "ttx": taxpayer.tourism_tax_number or NONE,
        "email": taxpayer.email,
        "contactNumber": taxpayer.phone,
        "msic": taxpayer.msic_code,
        "businessActivityDescriptionEN": taxpayer.business_activity,
        "businessActivityDescriptionBM": taxpayer.business_activity,
        "addressLine0": taxpayer.address_line,
        "addressLine1": "",
        "addressLine2": "",
        "postalZone": taxpayer.postcode,
        "city": taxpayer.city,
        "state": taxpayer.state_code,
        "country": taxpayer.country,
    }
