"""Cells into values, and headings into fields."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.imports.kinds import ImportField, ImportKind, import_kinds
from bigledger_crm.imports.mapping import plain, propose
from bigledger_crm.imports.values import Reading, country_code, read_number, values_of, written


@pytest.mark.parametrize(
    ("text", "separator", "number"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1'234'567.5", ".", "1234567.5"),
        ("1 234,5", ",", "1234.5"),
        ("MYR 10.00", ".", "10.00"),
        ("10,00 €", ",", "10.00"),
        ("-5", ".", "-5"),
        (".5", ".", "0.5"),
        ("10%", ".", "10"),
        ("12,5 %", ",", "12.5"),
        ("12.1250%", ".", "12.125"),
        (12.5, ",", "12.5"),
        (7, ",", "7"),
    ],
)
def test_numbers(text: str | float, separator: str, number: str) -> None:
    assert read_number(text, separator) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "separator"),
    [("1.234,56", "."), ("1,5", "."), ("1.5", ","), ("abc", "."), ("1.2.3", "."), ("12.1250%", ","), ("٣", ".")],
)
def test_what_can_be_read_in_another_way_is_no_number(text: str, separator: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_number(text, separator)


@pytest.mark.parametrize(
    ("name", "code"), [("Malaysia", "MY"), ("my", "MY"), ("DEU", "DE"), ("Deutschland", "DE"), ("UK", "GB"), ("?", "?")]
)
def test_countries(name: str, code: str) -> None:
    assert country_code(name) == code


def kind(*fields: ImportField) -> ImportKind:
    """A kind with these fields that is never applied."""

    def never(*_arguments: Any) -> Any:
        raise AssertionError

    return ImportKind(
        name="things",
        label="Things",
        noun="Thing",
        object_type="thing",
        resource="things",
        fields=fields,
        match_by=("code",),
        key=never,
        apply=never,
        remove=never,
        restore=never,
        lock=never,
    )


def test_values_and_what_is_wrong() -> None:
    things = kind(
        ImportField(name="code", label="Code"),
        ImportField(name="days", label="Days", type="whole"),
        ImportField(name="isActive", label="Active", type="yes_no"),
        ImportField(name="tags", label="Tags", type="list"),
    )
    mapping = ["code", "", "days", "isActive", "tags"]
    values, errors = values_of(things, mapping, ["A", "ignored", "Net 30", "Ja", "a; b,,c"], Reading())
    assert (values, errors) == ({"code": "A", "days": 30, "isActive": True, "tags": ["a", "b", "c"]}, [])
    values, errors = values_of(things, mapping, [7, "", "1.5", "maybe", ""], Reading())
    assert values == {"code": "7"}
    assert [error.path for error in errors] == [("days",), ("is_active",)]


def test_headings_become_fields_once() -> None:
    customers = import_kinds["customers"]
    sample = [["a@b.example", "x"]]
    found = propose(customers, ["Customer No.", "customer_no", "Company Name", "E-Mail", "Fax"], [])
    assert found.mapping == ["customerNumber", "", "name", "email", ""]
    assert found.match_by == "customerNumber"
    assert propose(customers, ["Contact point", "Other"], sample).mapping == ["email", ""]
    card = ["Name", "Phone", "Mobile"]
    assert propose(customers, card, [["Mei", "", "012"]]).mapping == ["name", "", "phone"]
    assert propose(customers, card, [["Mei", "03", "012"]]).mapping == ["name", "phone", ""]
    assert propose(customers, card, [["Mei", "", ""]]).mapping == ["name", "phone", ""]
    for heading in ("Document", "Doc No", "Document No."):
        assert propose(import_kinds["opening-balances"], [heading], []).mapping == ["number"]


def test_headings_are_compared_by_letters_and_digits() -> None:
    assert {plain(heading) for heading in ("Customer No.", "customer_no", "CustomerNo", " customer  NO ")} == {
        "customer no"
    }


def test_numbers_are_written_so_that_they_are_read_as_the_same() -> None:
    number, code = ImportField(name="price", label="Price", type="number"), ImportField(name="code", label="Code")
    cells: list[Any] = [1.234, -0.5, 1e-7, 1234, "1.234"]
    assert [written(number, cell, ",") for cell in cells] == ["1,2340", "-0,5", "0,0000001", "1234", "1.234"]
    assert written(code, 1.234, ",") == "1.234"
