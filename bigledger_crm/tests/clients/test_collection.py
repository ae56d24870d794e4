"""The collection for API tools, and the sale as an .http file."""

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from bigledger_crm.testing.product import ROOT
from bigledger_crm.tests.clients.support.credentials import Credentials
from bigledger_crm.tests.clients.support.http_file import send_all

CLIENTS = ROOT / "clients"
NO_INVOICES = {"field": "filters", "message": "No invoices match"}
COLLECTION = json.loads((CLIENTS / "collection.json").read_text())


def requests() -> Iterator[dict[str, Any]]:
    """All of the collection."""
    for folder in COLLECTION["item"]:
        for item in folder["item"]:
            yield item["request"]


def test_it_has_every_operation() -> None:
    paths = yaml.load((ROOT / "docs" / "openapi.yaml").read_bytes(), yaml.CSafeLoader)["paths"]
    documented = {
        (method.upper(), re.sub(r"{(\w+)}", r":\1", path.removeprefix("/api/v1")))
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/v1") and method in ("get", "post", "put", "patch", "delete")
    }
    assert {(one["method"], one["url"]["raw"].removeprefix("{{baseUrl}}")) for one in requests()} == documented


def test_nothing_is_asked_for_that_is_not_declared() -> None:
    declared = {variable["key"] for variable in COLLECTION["variable"]}
    assert set(re.findall(r"{{(\w+)}}", json.dumps(COLLECTION))) == declared
    for request in requests():
        in_path = [part[1:] for part in request["url"]["path"] if part.startswith(":")]
        assert [variable["key"] for variable in request["url"].get("variable", [])] == in_path


@pytest.mark.processes
@pytest.mark.timeout(1200)
def test_its_requests_are_understood(credentials: Credentials) -> None:
    """As they stand.  Some name objects of another company, or what there is or isn't; e-invoices are off."""
    url = urlsplit(credentials.url)
    headers = {
        "Authorization": f"Bearer {credentials.api_key}",
        "X-Company-Id": credentials.company_id,
        "Content-Type": "application/json",
    }
    tried = 0
    connection = HTTPConnection(url.hostname or "", url.port, timeout=300)
    for request in requests():
        body = request.get("body", {})
        if not request["url"].get("variable") and body.get("mode") != "formdata":
            path = "/".join([url.path, *request["url"]["path"]])
            connection.request(request["method"], path, body.get("raw", "").encode(), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
            is_done = response.status in (200, 201, 202, 409) or answer["error"].get("details") == [NO_INVOICES]
            code = "" if is_done else answer["error"]["code"]
            assert code in ("", "EINVOICING_OFF") or code.endswith("_NOT_FOUND"), (request, answer)
            tried += 1
    connection.close()
    assert tried > 20


@pytest.mark.processes
@pytest.mark.timeout(1200)
def test_the_http_file_is_a_whole_sale(credentials: Credentials) -> None:
    variables = {
        "baseUrl": credentials.url,
        "apiKey": credentials.api_key,
        "companyId": credentials.company_id,
    }
    *responses, (status, pdf) = send_all(CLIENTS / "sale.http", variables)
    assert [code for code, _ in responses] == [201, 201, 200, 200, 201, 201, 200, 201, 200]
    assert json.loads(responses[-1][1])["data"]["status"] == "paid"
    assert (status, pdf[:4]) == (200, b"%PDF")
