"""Codes, statuses and details of refusals."""

from bigledger_crm.kernel.errors import (
    Conflict,
    DomainError,
    FieldError,
    InvalidData,
    NotFound,
    PermissionDenied,
    UnknownName,
    field_error,
    first_per_field,
    json_path,
    under,
)


def test_invalid_data_names_every_field_in_order() -> None:
    wrong = [*under([FieldError(("unit_price",), "Too small")], "items", 0), *field_error("priority", "Unknown")]
    error = InvalidData("Sales order", wrong)
    assert (error.status, error.code) == (400, "INVALID_SALES_ORDER_DATA")
    assert error.message == "Sales order validation failed"
    assert [(json_path(fault.path), fault.message) for fault in error.errors] == [
        ("items[0].unitPrice", "Too small"),
        ("priority", "Unknown"),
    ]


def test_invalid_data_may_name_a_field_twice() -> None:
    twice = [FieldError(("rates",), "A"), FieldError(("rates",), "B")]
    assert len(InvalidData("Tax code", twice).errors) == 2
    assert first_per_field(twice) == twice[:1]


def test_a_field_without_a_message_has_no_error() -> None:
    assert field_error("due_date", None) == []


def test_paths_are_written_as_json_has_them() -> None:
    assert json_path(("billing_address", "postal_code")) == "billingAddress.postalCode"
    assert json_path(("billing_address", UnknownName("postal_code"))) == "billingAddress.postal_code"
    assert json_path(("to", 1)) == "to[1]"
    assert json_path(()) == "body"


def test_not_found() -> None:
    error = NotFound("Customer", "cust_invalid")
    assert (error.status, error.code) == (404, "CUSTOMER_NOT_FOUND")
    assert error.message == str(error) == "Customer with ID 'cust_invalid' not found"
    assert NotFound("Tax code", "x").code == "TAX_CODE_NOT_FOUND"


def test_statuses() -> None:
    assert (DomainError("x").status, Conflict("x").status, PermissionDenied("x").status) == (422, 409, 403)


def test_details_are_copies() -> None:
    detail = {"a": 1}
    error = DomainError("x", details=[detail])
    detail["a"] = 2
    assert error.details == [{"a": 1}]
