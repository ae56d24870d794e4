"""Numbers of the API: what is none, and that the others arrive and leave exactly."""

from decimal import Decimal

import pytest

from bigledger_crm.testing.client import ApiClient

NO_NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e5",
    "1E-2",
    "1_000",
    "1,000",
    "٣",
    "0x10",
    "",
    " ",
    "1 ",
    "+1",
    "1.",
    ".5",
]
NO_JSON_NUMBERS = ["true", "false", "[]", "{}", "1e5", "1E2", "1e-1", "9" * 41, "0." + "1" * 41, "1" + "0" * 300]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_texts_that_are_no_numbers(api: ApiClient, text: str) -> None:
    body = {"itemCode": "A", "name": "A", "unitPrice": text}
    assert api.post("/items", body).field_errors == {"unitPrice": "Must be a number"}


@pytest.mark.parametrize("written", NO_JSON_NUMBERS)
def test_json_that_is_no_number_here(api: ApiClient, written: str) -> None:
    answer = api.post("/items", f'{{"itemCode":"A","name":"A","unitPrice":{written}}}')
    assert answer.field_errors == {"unitPrice": "Must be a number"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [("0.1", "0.1"), ('"0.1"', "0.1"), ("12345678901.99", "12345678901.99"), ("0.123456", "0.123456"), ("7", "7"),
     ("1.500000000", "1.5"), ("-0", "0"), ("100", "100")],
)  # fmt: skip
def test_numbers_arrive_and_leave_exactly(api: ApiClient, written: str, shown: str) -> None:
    answer = api.post("/items", f'{{"itemCode":"A","name":"A","unitPrice":{written}}}')
    assert answer.data["unitPrice"] == Decimal(shown)
    assert Decimal(answer.text.split('"unitPrice":')[1].split(",")[0]) == Decimal(shown)


def test_custom_fields_keep_their_numbers(api: ApiClient) -> None:
    sent = '{"a":0.1,"b":12345678901234.99,"c":[1.50,{"d":0.000001}],"e":12345678901234567890123456789}'
    body = f'{{"name":"Acme","email":"billing@acme.com","customFields":{sent}}}'
    customer = api.post("/customers", body)
    assert sent in customer.text
    assert api.get(f"/customers/{customer.data['id']}").data["customFields"] == customer.data["customFields"]
    for number in ("9" * 41, "-" + "9" * 41, "0." + "1" * 41, "1e40", "1e-41"):
        refused = api.post("/customers", body.replace("0.1", number, 1))
        assert refused.field_errors.keys() == {"customFields"}
