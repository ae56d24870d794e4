"""Codes, statuses and details of refusals."""

from bigledger_crm.kernel.errors import Conflict, DomainError, InvalidData, NotFound, PermissionDenied


def test_invalid_data_names_every_field_in_order() -> None:
    error = InvalidData("Sales order", {"items[0].quantity": "Too small", "priority": "Unknown"})
    assert (error.status, error.code) == (400, "INVALID_SALES_ORDER_DATA")
    assert error.message == "Sales order validation failed"
    assert error.details == [
        {"field": "items[0].quantity", "message": "Too small"},
        {"field": "priority", "message": "Unknown"},
    ]


def test_invalid_data_may_name_a_field_twice() -> None:
    assert len(InvalidData("Tax code", [("rates", "A"), ("rates", "B")]).details) == 2


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
