"""Taxpayers: validating, searching, QR codes."""

from typing import Any

import pytest

from invoicing.einvoice_simulator.tests.support import MyInvois, myinvois


@pytest.mark.parametrize(
    ("tin", "query", "open_registry", "strict"),
    [
        ("C20880050010", "idType=BRN&idValue=201901012345", 200, 200),
        ("C20880050010", "idType=BRN&idValue=201901012346", 404, 404),
        ("IG90000000030", "idType=NRIC&idValue=880214125566", 200, 200),
        ("IG90000000040", "idType=PASSPORT&idValue=C01X00T47", 200, 200),
        ("IG90000000010", "idType=BRN&idValue=202003099991", 200, 200),
        ("IG90000000050", "idType=BRN&idValue=202103099992", 404, 404),
        ("C12345678900", "idType=brn&idValue=202001000077", 200, 404),
        ("C1234567890", "idType=BRN&idValue=202001000077", 200, 404),
        ("C12345678901", "idType=BRN&idValue=202001000077", 404, 404),
        ("C12345678900", "idType=BRN&idValue=201901012345", 404, 404),
        ("C12345678900", "idType=BRN&idValue=1321672-X", 404, 404),
        ("IG12345678901", "idType=ARMY&idValue=T1234567", 200, 404),
        ("IG12345678901", "idType=BRN&idValue=202001000077", 404, 404),
        ("C20880050010", "idType=SSM&idValue=1", 400, 400),
        ("C20880050010", "idType=BRN", 400, 400),
    ],
)
def test_validating(tin: str, query: str, open_registry: int, strict: int) -> None:
    for registry, status in (("open", open_registry), ("strict", strict)):
        with myinvois(registry=registry) as lhdn:
            answer = lhdn.get(f"/taxpayer/validate/{tin}?{query}")
            assert (registry, answer.status, answer.content == b"") == (registry, status, status == 200)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("idType=BRN&idValue=201901012345", {"tin": "C20880050010"}),
        ("taxpayerName=seri%20bayu", {"tin": "C90000000010"}),
        ("taxpayerName=ah%20seng&fileType=1", {"tin": "IG90000000010"}),
        ("taxpayerName=ah%20seng&fileType=2", (404, "NotFound")),
        ("idType=BRN&idValue=999", (404, "NotFound")),
        ("taxpayerName=Sdn", (400, "BadArgument")),
        ("taxpayerName=General", (404, "NotFound")),
        ("idType=BRN", (400, "BadArgument")),
        ("taxpayerName=x&idType=TIN", (400, "BadArgument")),
        ("taxpayerName=x&fileType=3", (400, "BadArgument")),
    ],
)
def test_searching(lhdn: MyInvois, query: str, expected: Any) -> None:
    answer = lhdn.get(f"/taxpayer/search/tin?{query}")
    assert (answer.body if answer.status == 200 else answer.error) == expected


def test_a_qr_code_is_the_tin(lhdn: MyInvois) -> None:
    assert lhdn.get("/taxpayers/qrcodeinfo/C20880050010").body == {
        "name": "Kinabalu Trading Sdn Bhd",
        "tin": "C20880050010",
        "idType": "BRN",
        "idNumber": "201901012345",
        "sst": "B16-1808-31012345",
        "ttx": "NA",
        "email": "sales@kinabalutrading.test",
        "contactNumber": "+60885550123",
        "msic": "46510",
        "businessActivityDescriptionEN": "Wholesale of computers, peripheral equipment and software",
        "businessActivityDescriptionBM": "Wholesale of computers, peripheral equipment and software",
        "addressLine0": "Lot 21, Ground Floor, Jalan Pantai",
        "addressLine1": "",
        "addressLine2": "",
        "postalZone": "88000",
        "city": "Kota Kinabalu",
        "state": "12",
        "country": "MYS",
        "generatedTimestamp": "2026-11-28T02:16:00Z",
    }
    assert lhdn.get("/taxpayers/qrcodeinfo/EI00000000010").error == (404, "NotFound")
