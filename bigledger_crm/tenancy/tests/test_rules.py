"""Under which numbers a company is registered."""

import pytest

from bigledger_crm.tenancy.rules import REGISTRATIONS, clean_registration


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("registration_number", " 201901012345 (1321672-X) ", "201901012345 (1321672-X)"),
        ("registration_number", "123456-A", "123456-A"),
        ("tin", "c 20880050010", "C20880050010"),
        ("tin", "IG-56003500070", "IG56003500070"),
        ("tax_number", "w10-1808-32000123", "W10-1808-32000123"),
        ("tax_number", "W10-1808-32000123, B16-1808-31012345", "W10-1808-32000123;B16-1808-31012345"),
        ("tourism_tax_number", "123456789012345", "123-4567-89012345"),
        ("tourism_tax_number", "123-4567-89012345", "123-4567-89012345"),
        *((name, "", "") for name in REGISTRATIONS),
    ],
)
def test_malaysian_numbers_are_kept_in_one_form(name: str, typed: str, stored: str) -> None:
    assert clean_registration(name, typed, "MY") == stored
    assert clean_registration(name, stored, "MY") == stored


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("tin", "W10-1808-32000123"),
        ("tin", "20880050010"),
        ("tin", "C1"),
        ("tax_number", "none"),
        ("tax_number", "W10_1808"),
        ("tax_number", "W10-1;B16-1;C17-1"),
        ("tourism_tax_number", "123-4567-8901234"),
        ("tourism_tax_number", "W10-1808-32000123"),
        *((name, "1" * 51) for name in REGISTRATIONS),
    ],
)
def test_what_is_no_such_number_is_refused(name: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"^(A TIN|Enter a number|A tourism tax number|At most)"):
        clean_registration(name, typed, "MY")


@pytest.mark.parametrize("name", REGISTRATIONS)
def test_elsewhere_they_are_any_text(name: str) -> None:
    assert clean_registration(name, " ABN 51 824 753 556 ", "AU") == "ABN 51 824 753 556"
