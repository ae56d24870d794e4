"""By what the tax office knows a customer."""

from typing import Any

import pytest

from bigledger_crm.testing.client import ApiClient
from customers.rules import clean_identification


@pytest.mark.parametrize(
    ("kind", "written", "clean"),
    [
        ("", " ", ""),
        ("brn", "2023 01234567", "202301234567"),
        ("brn", "123456-a", "123456-A"),
        ("nric", "770305-02-1234", "770305021234"),
        ("passport", "a1234 5678", "A12345678"),
        ("army", "T-123456", "T123456"),
    ],
)
def test_a_number_is_kept_as_the_tax_office_writes_it(kind: str, written: str, clean: str) -> None:
    assert clean_identification(kind, written) == (clean, [])


@pytest.mark.parametrize(
    ("kind", "written", "field"),
    [
        ("", "202301234567", "identification_type"),
        ("brn", "", "identification_number"),
        ("brn", "1" * 21, "identification_number"),
        ("nric", "771305-02-1234", "identification_number"),
        ("nric", "A12345678", "identification_number"),
        ("passport", "A" * 13, "identification_number"),
        ("army", "1_2", "identification_number"),
    ],
)
def test_half_of_it_or_another_form_is_refused(kind: str, written: str, field: str) -> None:
    number, errors = clean_identification(kind, written)
    assert (number, [error.path for error in errors]) == ("", [(field,)])


def test_it_is_given_changed_and_taken_away(api: ApiClient) -> None:
    facts: dict[str, Any] = {
        "tin": "ig20880050010",
        "identificationType": "nric",
        "identificationNumber": "770305-02-1234",
    }
    made = api.post("/customers", {"name": "Kedai Kopi", "email": "kopi@example.com", **facts}).data
    assert {name: made[name] for name in facts} == {
        "tin": "IG20880050010",
        "identificationType": "nric",
        "identificationNumber": "770305021234",
    }
    url = f"/customers/{made['id']}"
    assert api.put(url, made).data["updatedAt"] == made["updatedAt"]
    half = api.patch(url, {"identificationNumber": None}).error
    assert [one["field"] for one in half["details"]] == ["identificationNumber"]
    other = api.patch(url, {"identificationType": "passport"}).data
    assert (other["identificationType"], other["identificationNumber"]) == ("passport", "770305021234")
    gone = api.patch(url, dict.fromkeys(facts)).data
    assert [gone[name] for name in facts] == [None] * 3
    wrong = api.post("/customers", {"name": "X", "email": "x@example.com", "tin": "12", "identificationType": "dog"})
    assert [one["field"] for one in wrong.error["details"]] == ["tin", "identificationType"]
