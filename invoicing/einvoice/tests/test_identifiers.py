"""Numbers of people and companies, addresses, general TINs and codes."""

from collections.abc import Callable

import pytest

from invoicing.einvoice import codes, identifiers
from invoicing.einvoice.facts import IdType
from invoicing.einvoice.identifiers import clean_id_number
from invoicing.einvoice.parties import address_facts, buyer_identity
from invoicing.rules import PAYMENT_METHODS


@pytest.mark.parametrize(
    ("clean", "typed", "written"),
    [
        (identifiers.clean_tin, "c 2088005001", "C20880050010"),
        (identifiers.clean_tin, "C020880050010", "C20880050010"),
        (identifiers.clean_tin, "og\u200b12345678901", "IG12345678901"),
        (identifiers.clean_tin, "SG-1234567890", "IG1234567890"),
        (identifiers.clean_tin, "TA123456780", "TA123456780"),
        (identifiers.clean_tin, "ei00000000010", "EI00000000010"),
        (identifiers.clean_brn, "202001-234567", "202001234567"),
        (identifiers.clean_nric, "770305-02-1234", "770305021234"),
        (identifiers.clean_nric, "000000000000", "000000000000"),
        (identifiers.clean_passport, "a 123-456", "A123456"),
        (identifiers.clean_army, "t1234567", "T1234567"),
        (identifiers.clean_sst, "w10-1808-32000123, B16-1809-22000456", "W10-1808-32000123;B16-1809-22000456"),
        (identifiers.clean_tourism_tax, "123456789012345", "123-4567-89012345"),
        (identifiers.clean_phone, "+60 3-1234 5678;ext=12", "+60312345678"),
        (identifiers.clean_phone, "(03) 1234.5678", "0312345678"),
        (identifiers.clean_foreign_registration, " 201912345K ", "201912345K"),
    ],
)
def test_numbers_are_written_as_lhdn_wants_them(clean: Callable[[str], str], typed: str, written: str) -> None:
    assert clean(typed) == written
    assert clean(written) == written


@pytest.mark.parametrize(
    ("clean", "typed"),
    [
        (identifiers.clean_tin, "X12345670"),
        (identifiers.clean_tin, "C00000000"),
        (identifiers.clean_tin, "123456789"),
        (identifiers.clean_tin, "EI00000000050"),
        (identifiers.clean_brn, "123456-A"),
        (identifiers.clean_brn, "123401234567"),
        (identifiers.clean_nric, "77030502123"),
        (identifiers.clean_nric, "770305-17-1234"),
        (identifiers.clean_army, ""),
        (identifiers.clean_passport, "A/123"),
        (identifiers.clean_sst, "W10-1808-32000123;" + "B" * 30 + "1"),
        (identifiers.clean_tourism_tax, "1234"),
        (identifiers.clean_phone, "1234567"),
        (identifiers.clean_phone, "+" + "1" * 20),
        (identifiers.clean_phone, "call me"),
        (identifiers.clean_foreign_registration, "1" * 21),
    ],
)
def test_others_are_refused_with_what_is_wrong(clean: Callable[[str], str], typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
        clean(typed)


def test_foreign_businesses_are_registered_in_any_form() -> None:
    assert clean_id_number("brn", "HRB 12345", malaysian=False) == "HRB 12345"
    with pytest.raises(ValueError, match="12 digits"):
        clean_id_number("brn", "HRB 12345", malaysian=True)


@pytest.mark.parametrize(
    ("known", "country", "is_government", "sent"),
    [
        (("C1", "brn", "2"), "MYS", False, ("C1", "brn", "2")),
        (("IG1", "nric", "2"), "MYS", False, ("IG1", "nric", "2")),
        (("", "nric", "2"), "MYS", False, ("EI00000000010", "nric", "2")),
        (("IG1", "", ""), "MYS", False, ("IG1", "nric", "000000000000")),
        (("", "passport", "2"), "MYS", False, ("EI00000000020", "passport", "2")),
        (("", "passport", "2"), "SGP", False, ("EI00000000020", "passport", "2")),
        (("", "nric", "2"), "SGP", False, ("EI00000000010", "nric", "2")),
        (("", "brn", "2"), "SGP", False, ("EI00000000020", "brn", "2")),
        (("", "", ""), "SGP", False, ("EI00000000020", "brn", "NA")),
        (("", "", ""), "MYS", True, ("EI00000000040", "brn", "NA")),
        (("C1", "brn", "2"), "MYS", True, ("C1", "brn", "2")),
        (("", "brn", "2"), "MYS", False, ("", "brn", "2")),
        (("", "army", "2"), "MYS", False, ("", "army", "2")),
        (("", "", ""), "MYS", False, ("", "", "")),
        (("", "", ""), "", False, ("", "", "")),
        (("C1", "", ""), "MYS", False, ("C1", "", "")),
    ],
)
def test_who_has_no_tin_has_a_general_one(
    known: tuple[str, IdType, str], country: str, is_government: bool, sent: tuple[str, str, str]
) -> None:
    identity = buyer_identity(*known, country=country, is_government=is_government)
    assert (identity.tin, identity.id_type, identity.id_number) == sent


def test_addresses_get_the_codes_of_their_states_and_countries() -> None:
    address = address_facts({"street": "1 Jalan A", "city": "Ipoh", "postalCode": "30000", "state": "Perak"})
    assert (address.lines, address.city, address.postcode) == (("1 Jalan A",), "Ipoh", "30000")
    assert (address.state_code, address.country) == ("08", "MYS")
    assert address_facts({"city": "Putrajaya", "country": "MY"}).state_code == "16"
    assert address_facts({"city": "Ipoh"}).state_code == ""
    assert address_facts({"state": "Bayern", "country": "DE"}).state_code == "17"
    assert address_facts({"state": "Bayern"}, "DE").country == "DEU"
    assert address_facts(None).lines == ()


def test_long_streets_go_on_in_the_next_line() -> None:
    words = "Jalan " * 33
    address = address_facts({"street": words.strip(), "street2": "Tingkat 2"})
    assert [len(line) <= 150 for line in address.lines] == [True, True, True]
    assert " ".join(address.lines) == f"{words.strip()} Tingkat 2"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Johor", "01"),
        ("PENANG", "07"),
        ("P. Pinang", "07"),
        ("MY-07", "07"),
        ("7", "07"),
        ("W.P. Kuala Lumpur", "14"),
        ("Wilayah Persekutuan Labuan", "15"),
        ("S'gor", "10"),
        ("N. Sembilan", "05"),
        ("17", ""),
        ("MY-17", ""),
        ("Not Applicable", ""),
        ("Slangor", ""),
        ("", ""),
    ],
)
def test_states_are_known_by_their_usual_names(typed: str, code: str) -> None:
    assert codes.state_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [("pcs", "H87"), ("Pcs.", "H87"), ("m²", "MTK"), ("HUR", "HUR"), ("hours", "HUR"), ("", "C62"), ("wagon", "C62")],
)
def test_units_are_known_by_their_usual_names(typed: str, code: str) -> None:
    assert codes.unit_code(typed) == code


def test_all_codes_that_are_used_are_in_the_lists() -> None:
    assert all(codes.is_known("units", codes.unit_code(unit)) for unit in codes._UNITS)
    assert all(codes.is_known("states", code) for code in codes._STATE_ALIASES.values())
    assert all(codes.is_known("payment_means", codes.payment_means_code(method)) for method in PAYMENT_METHODS)
    assert codes.payment_means_code("barter") == ""


def test_the_lists_are_whole() -> None:
    sizes = {"document_types": 8, "tax_types": 7, "payment_means": 8, "states": 17, "classifications": 45}
    assert {name: len(codes.names(name)) for name in sizes} == sizes
    assert codes.names("msic")["46510"].startswith("Wholesale of computer hardware")
    for name in ("units", "msic", "classifications"):
        assert all(code and text for code, text in codes.names(name).items())


def test_countries() -> None:
    assert [codes.country_code(code) for code in ("MY", "DE", "XK", "XX", "")] == ["MYS", "DEU", "XKX", "", ""]
    assert codes.is_country("XKX")
    assert not codes.is_country("XYZ")
