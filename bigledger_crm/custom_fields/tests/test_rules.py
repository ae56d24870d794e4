"""What a valid custom field is, and a valid value of one: without a database."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from msgspec import UNSET

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.rules import (
    DeclaredFields,
    Field,
    carried_over,
    clean_definition,
    clean_free_fields,
    clean_value,
)
from bigledger_crm.kernel.errors import json_path

ALICE = "user_alice"


def field(**values: Any) -> Field:
    facts: dict[str, Any] = {"id": UUID(int=1), "key": "one", "label": "One", "type": "text"}
    return Field(**facts | values)


def is_alice(public_id: str) -> bool:
    return public_id == ALICE


@pytest.mark.parametrize(
    ("made", "given", "stored"),
    [
        (field(), "  two \n words ", "two words"),
        (field(type="number", decimals=2), Decimal("1.50"), Decimal("1.5")),
        (field(type="number"), Decimal("1E+3"), 1000),
        (field(type="money", decimals=2), 7, 7),
        (field(type="money", decimals=2), "-7.50", Decimal("-7.5")),
        (field(type="date"), "2026-12-31", "2026-12-31"),
        (field(type="date"), date(2026, 12, 31), "2026-12-31"),
        (field(type="yes_no"), False, False),
        (field(type="choice", choices=("Gold", "Silver")), "gold ", "Gold"),
        (field(type="choices", choices=("A", "B", "C")), ["c", "A", "C"], ["A", "C"]),
        (field(type="person"), ALICE, ALICE),
        (field(type="link"), " https://example.com/a?b=c ", "https://example.com/a?b=c"),
    ],
)
def test_values(made: Field, given: Any, stored: Any) -> None:
    clean = clean_value(made, given, is_alice)
    assert clean == stored
    assert type(clean) is type(stored)


@pytest.mark.parametrize(
    ("made", "given", "message"),
    [
        (field(), 5, "Must be a text"),
        (field(), "x" * 501, "500 characters"),
        (field(type="number", decimals=2), Decimal("1.505"), "At most 2 decimals"),
        (field(type="number"), Decimal("1.5"), "whole"),
        (field(type="number"), "5 kg", "Must be a number"),
        (field(type="number"), True, "Must be a number"),
        (field(type="money", decimals=2), 10**12, "below"),
        (field(type="date"), "31/12/2026", "date"),
        (field(type="date"), "2026-02-30", "date"),
        (field(type="date"), "20261231", "date"),
        (field(type="yes_no"), 1, "true or false"),
        (field(type="choice", choices=("Gold",)), "Bronze", "one of: Gold"),
        (field(type="choices", choices=("A",)), "A", "list"),
        (field(type="choices", choices=("A",)), ["A", "B"], "one of: A"),
        (field(type="person"), "user_bob", "member"),
        (field(type="link"), "javascript:alert(1)", "http"),
        (field(type="link"), "https://a b.example", "http"),
        (field(type="link"), "http://[", "http"),
    ],
)
def test_no_values(made: Field, given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clean_value(made, given, is_alice)


def test_a_new_object_gets_defaults_and_keeps_free_keys() -> None:
    declared = DeclaredFields([field(default_value="Usual"), field(key="two", type="yes_no", is_required=True)])
    assert declared.clean({"free": [1], "two": False}, None) == ({"free": [1], "two": False, "one": "Usual"}, [])
    values, (error,) = declared.clean({"one": ""}, None)
    assert values == {}
    assert (json_path(error.path), error.message) == ("customFields.two", "This field is required")
    assert [json_path(wrong.path) for wrong in declared.clean(UNSET, None)[1]] == ["customFields.two"]


def test_nothing_is_asked_of_an_object_whose_fields_are_not_given() -> None:
    assert DeclaredFields([field(is_required=True)]).clean(UNSET, {}) == (UNSET, [])
    assert DeclaredFields().clean(UNSET, None) == (UNSET, [])


def test_all_that_is_wrong_is_told_under_the_keys_as_they_are_written() -> None:
    declared = DeclaredFields([field(key="VAT_class", type="number"), field(key="since", type="date")])
    _values, errors = declared.clean({"VAT_class": "x", "since": "y"}, {})
    assert [json_path(error.path) for error in errors] == ["customFields.VAT_class", "customFields.since"]


def test_what_an_object_has_already_stays_right() -> None:
    declared = DeclaredFields([field(type="choice", choices=("New",)), field(key="yes", type="number")])
    before = {"one": "Old", "yes": True}
    assert declared.clean(dict(before), before) == (before, [])
    assert len(declared.clean({"one": "old", "yes": 1}, before)[1]) == 1  # 1 is a number, where `true` was


def test_a_deleted_field_hides_its_values_and_keeps_them() -> None:
    declared = DeclaredFields([field(is_deleted=True)])
    assert declared.shown({"one": "kept", "free": 1}) == {"free": 1}
    assert declared.clean({"free": 2}, {"one": "kept", "free": 1}) == ({"free": 2, "one": "kept"}, [])
    assert declared.clean({"one": "other"}, {"one": "kept"})[1][0].message == "This custom field was deleted"


@pytest.mark.parametrize(
    ("there", "here", "value", "carried"),
    [
        (field(), field(), "x", {"one": "x"}),
        (field(), field(type="link"), "https://x.example", {}),  # of another type
        (field(), None, "x", {}),
        (None, field(), "x", {"one": "x"}),
        (None, field(type="number"), "x", {}),  # not right for it
        (None, None, [1], {"one": [1]}),
        (field(is_deleted=True), field(), "x", {}),
        (field(), field(is_deleted=True), "x", {}),
        (field(), field(is_unique=True), "x", {}),
        (field(type="choice", choices=("A",)), field(type="choice", choices=("B",)), "A", {}),
        (field(), field(default_value="d", is_required=True), None, {}),
        (None, field(default_value="d"), None, {"one": "d"}),
    ],
)
def test_what_is_carried_over(there: Field | None, here: Field | None, value: Any, carried: dict[str, Any]) -> None:
    source, target = (DeclaredFields([one] if one else []) for one in (there, here))
    assert carried_over({} if value is None else {"one": value}, source, target) == carried


def definition(stored: Field | None = None, **values: Any) -> tuple[dict[str, Any], list[str]]:
    inputs = CustomFieldInput(**values)
    clean, errors = clean_definition(
        inputs,
        stored,
        object_type="things",
        object_types=("things", "papers"),
        printed_types=("papers",),
        roles=("owner", "sales", "viewer"),
        currency_decimals=2,
        is_member=is_alice,
    )
    return clean, [json_path(error.path) for error in errors]


NEW: dict[str, Any] = {"object_type": "things", "label": "Industry sector", "type": "text"}


@pytest.mark.parametrize(
    ("values", "key"),
    [({}, "industrySector"), ({"key": "VAT_class-2"}, "VAT_class-2"), ({"label": "Größe (cm)"}, "grosseCm")],
)
def test_definitions(values: dict[str, Any], key: str) -> None:
    clean, errors = definition(**NEW | values)
    assert (clean["key"], errors) == (key, [])


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"object_type": "others"}, "objectType"),
        ({"label": " "}, "label"),
        ({"label": "行业"}, "key"),
        ({"key": "a.b"}, "key"),
        ({"type": "colour"}, "type"),
        ({"type": "choice"}, "choices"),
        ({"type": "choice", "choices": ["a", "A "]}, "choices"),
        ({"type": "choices", "choices": ["a, b"]}, "choices"),
        ({"choices": ["a"]}, "choices"),
        ({"decimals": 1}, "decimals"),
        ({"type": "number", "decimals": 7}, "decimals"),
        ({"type": "yes_no", "is_unique": True}, "isUnique"),
        ({"is_unique": True, "default_value": "x"}, "defaultValue"),
        ({"type": "money", "default_value": Decimal("0.001")}, "defaultValue"),
        ({"position": -1}, "position"),
        ({"roles": ["sales", "cook"]}, "roles"),
        ({"show_on_paper": True}, "showOnPaper"),
    ],
)
def test_no_definitions(values: dict[str, Any], wrong: str) -> None:
    assert definition(**NEW | values)[1] == [wrong]


def test_roles_are_in_their_order_and_documents_are_printed() -> None:
    values, errors = definition(**NEW | {"object_type": "papers", "show_on_paper": True, "roles": ["viewer", "owner"]})
    assert (values["show_on_paper"], values["roles"], errors) == (True, ["owner", "viewer"], [])
    assert definition(field(), show_on_paper=True)[1] == ["showOnPaper"]


def test_who_does_not_see_a_field_keeps_what_is_there() -> None:
    declared = DeclaredFields(
        [
            field(roles=("sales",), is_required=True),
            field(key="all"),
            field(key="usual", roles=("sales",), default_value=5),
        ]
    )
    assert declared.seen_by("sales").shown({"one": 1, "all": 2}) == {"one": 1, "all": 2}
    others = declared.seen_by("viewer")
    assert others is declared.seen_by("viewer")
    assert [one.key for one in others.present] == ["all"]
    assert others.shown({"one": 1, "all": 2, "free": 3}) == {"all": 2, "free": 3}
    assert others.clean({"all": "x"}, {"one": "kept", "free": 3}) == ({"all": "x", "one": "kept"}, [])
    assert others.clean({"one": "guess", "all": "x"}, {"one": "kept"}) == ({"all": "x", "one": "kept"}, [])
    assert others.clean({"one": "guess"}, None) == ({"usual": 5}, [])
    free = DeclaredFields([field()])
    assert free.seen_by("viewer") is free


def test_key_and_type_stay() -> None:
    stored = field(type="number", decimals=2)
    assert definition(stored, key="one", type="number", label="Other", default_value=Decimal("1.50")) == (
        {"label": "Other", "default_value": Decimal("1.5")},
        [],
    )
    assert definition(stored, key="two", type="text")[1] == ["key", "type"]


def test_free_fields_keep_numbers_exactly_and_write_them_out() -> None:
    given = {"a": Decimal("0.10"), "b": [Decimal("1E+5"), {"c": Decimal("1E-7")}], "d": None, "e": True, "f": 10**30}
    clean = clean_free_fields(given)
    assert clean == given
    assert str(clean["a"]) == "0.10"
    assert str(clean["b"][0]) == "100000"


@pytest.mark.parametrize("number", ["1E+40", "1E-40", "1E+999999", "-1E+40", "0E+999999"])
def test_free_fields_hold_no_endless_numbers(number: str) -> None:
    with pytest.raises(ValueError, match="40 digits"):
        clean_free_fields({"a": [Decimal(number)]})


def test_free_fields_have_a_size() -> None:
    assert clean_free_fields({"a": "x" * (16 * 1024 - 9)})
    with pytest.raises(ValueError, match="16 KiB"):
        clean_free_fields({"a": "é" * 8192})
