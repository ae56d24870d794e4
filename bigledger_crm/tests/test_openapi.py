"""The API's description: whole, valid, and true to the code."""

import re
from functools import cache
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bigledger_crm.api.schema.generator import describe
from bigledger_crm.api.schema.operation_schema import declaration
from bigledger_crm.api.views import ApiView
from bigledger_crm.tests.tenancy_entries import CALLS


@cache
def description() -> dict[str, Any]:
    return describe()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_valid() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(description()).iter_errors()] == []


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    assert [name for name, (_, _, operation) in zip(names, operations(), strict=True) if not operation["summary"]] == []


def test_every_call_of_the_api_is_described() -> None:
    described = {(method, re.sub(r"{\w+}", "{}", path)) for method, path, _ in operations()}
    served = {(call.method, "/api/v1/" + re.sub(r"<[^>]+>", "{}", call.route)) for call in CALLS}
    assert served - described == set()


def test_a_handler_without_a_declaration_is_refused() -> None:
    class Undeclared(ApiView):
        def get(self, request: Any) -> Any:
            """Something."""

    with pytest.raises(LookupError, match=r"Undeclared\.get lacks @operation"):
        declaration(Undeclared, "GET")
