"""What is wrong with a request before any view has seen it."""

import json
from typing import Any

import pytest
from django.test import RequestFactory

from bigledger_crm.testing.client import ApiClient
from bigledger_crm.wsgi import application


@pytest.mark.usefixtures("committed")  # the end of a request closes the connection
@pytest.mark.parametrize("parameter", ["charset*=foo''x", "x*=\0''y", "charset=foo"])
def test_a_content_type_that_cannot_be_read_is_none(api: ApiClient, parameter: str) -> None:
    answered: list[str] = []

    def start(status: str, headers: Any, exc_info: Any = None) -> Any:
        answered.append(status)

    headers = {"Authorization": f"Bearer {api.key}", "X-Company-Id": str(api.company_id)}
    environ = RequestFactory(headers=headers).post("/api/v1/customers", b"{}", "application/json").environ
    body = application({**environ, "CONTENT_TYPE": f"application/json; {parameter}"}, start)
    assert answered == ["415 Unsupported Media Type"]
    assert json.loads(b"".join(body))["error"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("charset", ["utf-7", "latin-1", "utf-16"])
def test_a_form_is_utf8_whatever_it_says(charset: str) -> None:
    answered: list[str] = []

    def start(status: str, headers: Any, exc_info: Any = None) -> Any:
        answered.append(status)

    kind = "application/x-www-form-urlencoded"
    environ = RequestFactory().post("/sign-in", b"username=%ff", kind).environ
    body = application({**environ, "CONTENT_TYPE": f"{kind}; charset={charset}"}, start)
    assert answered == ["403 Forbidden"]
    assert "Please try again" in b"".join(body).decode()
