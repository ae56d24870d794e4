"""What a valid customer, contact and address is."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.testing.errors import by_json_name
from customers import rules
from customers.inputs import ContactInput, CustomerInput


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("", ""),
        (" Billing@Example.com ", "Billing@Example.com"),
        ("o'neil+crm@mail.example.co.uk", "o'neil+crm@mail.example.co.uk"),
        ("a@b-c.example", "a@b-c.example"),
        ("kedai@kopi.例え.jp", "kedai@kopi.例え.jp"),
    ],
)
def test_email(written: str, clean: str) -> None:
    assert rules.clean_email(written) == clean


@pytest.mark.parametrize(
    "written",
    [
        "x",
        "a@b",
        "a@@b.co",
        "a b@c.co",
        "a@b.c",
        ".a@b.co",
        "a..b@c.co",
        "a@-b.co",
        "a@b..co",
        "a@b.co\r\nBcc: c@d.co",
        "a@b.co,c@d.co",
        f"{'a' * 250}@b.co",
    ],
)
def test_no_email(written: str) -> None:
    with pytest.raises(ValueError, match="Email format is invalid"):
        rules.clean_email(written)


@pytest.mark.parametrize(
    ("written", "country", "clean"),
    [
        ("", "MY", ""),
        ("+60 3-1234 5678", "MY", "+60312345678"),
        ("012-345 6789", "MY", "+60123456789"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+1-555-0123456", "MY", "+15550123456"),
        ("03-1234 5678 ext. 12", "MY", "+60312345678;ext=12"),
    ],
)
def test_phone(written: str, country: str, clean: str) -> None:
    assert rules.clean_phone(written, country) == clean
    assert rules.clean_phone(clean, country) == clean


@pytest.mark.parametrize("written", ["x", "12", "+", "+60312345678901234567", "+999 123 456 789"])
def test_no_phone(written: str) -> None:
    with pytest.raises(ValueError, match="Phone number is invalid"):
        rules.clean_phone(written)


def test_a_phone_number_fits_its_column() -> None:
    with pytest.raises(ValueError, match="too long"):
        rules.clean_phone("+4915123456789012;ext=12345678901234567890")


@pytest.mark.parametrize("written", ["", "https://acme.example", "HTTP://acme.example/shop?a=1#b", " http://acme.my "])
def test_website(written: str) -> None:
    assert rules.clean_website(written) == written.strip()


@pytest.mark.parametrize("written", ["acme.example", "javascript:alert(1)", "http://", "http:// a.b", "ftp://a.b"])
def test_no_website(written: str) -> None:
    with pytest.raises(ValueError, match="http or https"):
        rules.clean_website(written)


@pytest.mark.parametrize(("days", "valid"), [(-1, False), (0, True), (365, True), (366, False)])
def test_payment_terms(days: int, valid: bool) -> None:
    if valid:
        assert rules.clean_payment_terms(days) == days
    else:
        with pytest.raises(ValueError, match="Payment terms must be between 0 and 365 days"):
            rules.clean_payment_terms(days)


@pytest.mark.parametrize(
    ("limit", "currency", "valid"),
    [
        (None, "MYR", True),
        ("0", "MYR", True),
        ("5000.50", "MYR", True),
        ("5000.505", "MYR", False),
        ("5000.5", "JPY", False),
        ("5000.0", "JPY", True),
        ("5000.505", "KWD", True),
        ("-0.01", "MYR", False),
        ("999999999999.99", "MYR", True),
        ("1000000000000", "MYR", False),
    ],
)
def test_credit_limit(limit: str | None, currency: str, valid: bool) -> None:
    value = None if limit is None else Decimal(limit)
    if valid:
        assert rules.clean_credit_limit(value, currency) == value
    else:
        with pytest.raises(ValueError, match="Credit limit"):
            rules.clean_credit_limit(value, currency)


def test_tags() -> None:
    assert rules.clean_tags([" vip ", "vip", "key  account"]) == ["vip", "key account"]
    assert len(rules.clean_tags([f"tag {number}" for number in range(50)])) == 50


@pytest.mark.parametrize("tags", [[""], ["a,b"], ["x" * 51], [f"tag {number}" for number in range(51)]])
def test_no_tags(tags: list[str]) -> None:
    with pytest.raises(ValueError, match="tag"):
        rules.clean_tags(tags)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (None, None),
        ({}, None),
        ({"street": "  ", "city": None}, None),
        ({"street": " 1  Jalan\nAmpang ", "country": "MY"}, {"street": "1 Jalan Ampang", "country": "MY"}),
    ],
)
def test_address(written: dict[str, Any] | None, clean: dict[str, str] | None) -> None:
    assert rules.clean_address(written) == clean


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"zip": "1", "city": 5}, "zip: Unknown field; city: Must be a string of at most 200 characters"),
        ({"country": "Malaysia"}, "ISO 3166"),
        ({"country": "my"}, "ISO 3166"),
        ({"city": 5}, "city: Must be a string of at most 200 characters"),
        ({"street": "x" * 201}, "street: .* at most 200"),
    ],
)
def test_no_address(written: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rules.clean_address(written)


def test_all_failing_fields_are_named_at_once_as_on_the_wire() -> None:
    fields: dict[str, Any] = {
        "name": " ",
        "type": "robot",
        "status": "gone",
        "email": "x",
        "phone": "x",
        "website": "x",
        "tax_number": "x" * 51,
        "billing_address": {"zip": "1"},
        "currency": "RINGGIT",
        "payment_terms": 400,
        "credit_limit": Decimal(-1),
        "tags": [""],
        "customer_number": "",
    }
    _, errors = rules.clean_customer(CustomerInput(**fields), stored=None, default_currency="MYR", country="MY")
    assert set(by_json_name(errors)) == {
        "name",
        "type",
        "status",
        "email",
        "phone",
        "website",
        "taxNumber",
        "billingAddress.zip",
        "currency",
        "paymentTerms",
        "creditLimit",
        "tags",
        "customerNumber",
    }
    assert by_json_name(errors)["email"] == "Email format is invalid"
    assert by_json_name(errors)["paymentTerms"] == "Payment terms must be between 0 and 365 days"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, {"name", "email"}),
        ({"name": "Acme"}, {"email"}),
        ({"name": "Acme", "phone": ""}, {"email"}),
        ({"name": "Acme", "phone": "x"}, {"phone"}),
        ({"name": "Acme", "phone": "012-345 6789"}, set()),
        ({"name": "Acme", "email": "a@b.co"}, set()),
    ],
)
def test_a_new_customer_needs_a_name_and_a_way_to_reach_it(fields: dict[str, Any], named: set[str]) -> None:
    _, errors = rules.clean_customer(CustomerInput(**fields), stored=None, default_currency="MYR", country="MY")
    assert set(by_json_name(errors)) == named


def test_a_stored_customer_stays_reachable() -> None:
    stored = {"name": "Acme", "email": "a@b.co", "phone": "", "currency": "MYR"}

    def errors_of(inputs: CustomerInput) -> set[str]:
        _, errors = rules.clean_customer(inputs, stored=stored, default_currency="MYR", country="MY")
        return set(by_json_name(errors))

    assert errors_of(CustomerInput(tags=[])) == set()
    assert errors_of(CustomerInput(email="")) == {"email"}
    assert errors_of(CustomerInput(email="", phone="012-345 6789")) == set()


def test_a_credit_limit_is_checked_in_the_new_currency() -> None:
    inputs = CustomerInput(name="A", email="a@b.co", currency="JPY", credit_limit=Decimal("1.5"))
    _, errors = rules.clean_customer(inputs, stored=None, default_currency="MYR", country="MY")
    assert errors == [FieldError(("credit_limit",), "Credit limit can have at most 0 decimals in JPY")]


def test_contacts() -> None:
    bad = ContactInput(email="x", mobile="x", title="t" * 101, notes="n" * 10_001)
    _, errors = rules.clean_contact(bad, creating=True, country="MY")
    assert set(by_json_name(errors)) == {"name", "email", "mobile", "title", "notes"}
    values, errors = rules.clean_contact(ContactInput(name=" Ali  Baba "), creating=True, country="MY")
    assert (values, errors) == ({"name": "Ali Baba"}, [])
    assert rules.clean_contact(ContactInput(), creating=False, country="MY") == ({}, [])


@pytest.mark.parametrize(
    ("limit", "owed", "orders", "document", "excess"),
    [
        (None, "1000000", "0", "1", "0"),
        ("100", "50", "25", "25", "0"),
        ("100", "50", "25", "25.01", "0.01"),
        ("100", "-50", "25", "125", "0"),
        ("0", "0", "0", "0.01", "0.01"),
        ("0", "0", "0", "0", "0"),
    ],
)
def test_credit_limit_is_a_last_amount_that_is_allowed(
    limit: str | None, owed: str, orders: str, document: str, excess: str
) -> None:
    given = None if limit is None else Decimal(limit)
    use = rules.CreditUse(given, Decimal(owed), Decimal(orders), "MYR")
    assert use.excess(Decimal(document)) == Decimal(excess)
