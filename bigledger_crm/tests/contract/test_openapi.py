"""The API's description: whole, valid, and true to the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from bigledger_crm.api.schema import data, documents
from bigledger_crm.api.schema.api_schema import ApiSchema
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.testing.tenancy_calls import CALLS
from bigledger_crm.tests.contract.support.openapi import description, operations


def test_it_is_valid() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(description()).iter_errors()] == []


def _schemas(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of the description with its place; examples are none."""
    if isinstance(part, dict):
        if "type" in part or "properties" in part or "anyOf" in part:
            yield place, part
        for name, below in part.items():
            if name not in ("example", "examples"):
                yield from _schemas(below, f"{place}/{name}")
    elif isinstance(part, list):
        for index, below in enumerate(part):
            yield from _schemas(below, f"{place}/{index}")


def _parsed() -> dict[str, Any]:
    """The file as whoever downloads it reads it."""
    return dict(msgspec.yaml.decode(documents.DESCRIPTION.read_bytes()))


def test_what_is_required_is_there() -> None:
    missing = {
        place: sorted(lacking)
        for place, schema in _schemas(_parsed())
        if (lacking := set(schema.get("required", ())) - schema.get("properties", {}).keys())
    }
    assert missing == {}


def test_every_name_is_a_name() -> None:
    """A text with a comma in a YAML that forgot its quotes becomes a name of its own."""
    sentences = {
        f"{place}/{name}"
        for place, schema in _schemas(_parsed())
        for name in {*schema, *schema.get("properties", {})}
        if re.search(r"\s|\.$", str(name))
    }
    assert sentences == set()


def test_a_half_sentence_in_the_vocabulary_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "_read", lambda name: b"id: {description: Opaque, with a prefix.}")
    data.vocabulary.cache_clear()
    with pytest.raises(ValueError, match=r"id has unknown keywords \['with a prefix.'\]"):
        data.vocabulary()
    monkeypatch.undo()
    data.vocabulary.cache_clear()


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    assert [
        name for name, (_, _, operation) in zip(names, operations(), strict=True) if not operation["description"]
    ] == []


def test_every_call_of_the_api_is_described() -> None:
    described = {(method, re.sub(r"{\w+}", "{}", path)) for method, path, _ in operations()}
    served = {(call.method, "/api/v1/" + re.sub(r"<[^>]+>", "{}", call.route)) for call in CALLS}
    assert served - described == set()


def test_a_handler_without_a_declaration_is_refused() -> None:
    class UndeclaredViewSet(ApiViewSet):
        action = "list"

        def list(self, request: Any) -> Any:
            """Something."""

    schema = ApiSchema()
    schema.view = UndeclaredViewSet()
    with pytest.raises(LookupError, match=r"UndeclaredViewSet\.list lacks @extend_schema"):
        _ = schema.answer


def test_the_documentation_is_up_to_date() -> None:
    call_command("describe_api", "--check")


def test_drift_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in ("DESCRIPTION", "GUIDE"):
        path = tmp_path / "docs" / getattr(documents, name).name
        path.write_text(getattr(documents, name).read_text() + "\n# changed by hand\n")
        monkeypatch.setattr(documents, name, path)
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    with pytest.raises(CommandError, match=r"docs/openapi.yaml is not up to date: run manage.py describe_api"):
        call_command("describe_api", "--check")


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/redoc", "/api/docs/"])
def test_the_pages_load_only_what_is_here(client: Client, path: str) -> None:
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"<script(?![^>]* src=)|<style|https?:|(src|href)=\"//", page)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_description_is_served_from_the_file(client: Client) -> None:
    answer = client.get("/api/openapi.yaml")
    assert answer.content == documents.DESCRIPTION.read_bytes()
    assert client.get("/api/openapi.json").json() == msgspec.yaml.decode(answer.content)
    again = client.get("/api/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_serving_it_generates_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ApiSchema, "get_operation", None)
    for path in ("/api/docs", "/api/docs/redoc", "/api/openapi.yaml", "/api/openapi.json"):
        assert client.get(path).status_code == 200


def test_other_addresses_beside_it_stay_json(client: Client) -> None:
    assert client.get("/api/docs/else").json()["error"]["code"] == "NOT_FOUND"
    refused = client.post("/api/docs")
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_lists_of_objects_with_custom_fields_say_so() -> None:
    """Each filter is a parameter by itself, whose name begins so: the members of an object in the style `form`."""
    found = {
        path.removeprefix("/api/v1")
        for path, methods in description()["paths"].items()
        for parameter in methods.get("get", {}).get("parameters", ())
        if (parameter.get("name"), parameter.get("style"), parameter.get("explode")) == ("customFields", "form", True)
        and parameter["schema"]["propertyNames"] == {"pattern": r"^customFields\."}
    }
    lists = {"/customers", "/items", "/quotes", "/sales-orders", "/invoices"}
    assert found == lists | {"/customers/{customerId}/contacts"}
