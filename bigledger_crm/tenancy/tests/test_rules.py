"""Under which numbers a company is registered."""

from importlib import import_module

import pytest
from django.db import connection

from bigledger_crm.tenancy.models import Company
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


@pytest.mark.django_db
def test_a_tin_that_was_kept_as_the_tax_number_moves() -> None:
    before = [
        ("MY", "C 20880050010"),
        ("MY", "ig56003500070"),
        ("MY", "B16-1808-31012345"),
        ("MY", "C16-1808-31012345"),
        ("SG", "C20880050010"),
        ("MY", ""),
    ]
    for number, (country, tax_number) in enumerate(before):
        Company.objects.create(name=str(number), country=country, tax_number=tax_number)
    with connection.cursor() as cursor:
        for _twice in range(2):
            cursor.execute(import_module("bigledger_crm.tenancy.migrations.0016_move_tins")._MOVE)
    assert list(Company.objects.order_by("name").values_list("tin", "tax_number")) == [
        ("C20880050010", ""),
        ("IG56003500070", ""),
        ("", "B16-1808-31012345"),
        ("", "C16-1808-31012345"),
        ("", "C20880050010"),
        ("", ""),
    ]
