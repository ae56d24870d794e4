"""Every field of the API's description is explained, and every body and answer has an example that holds."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bigledger_crm.api.codec import decode, encode
from bigledger_crm.api.schema.data import examples
from bigledger_crm.api.serializers import StrictSerializer, validated
from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tests.contract.support.openapi import contents, description, resolved
from customers.models import Customer
from invoicing.models import Invoice


def test_every_field_is_explained() -> None:
    unexplained = [
        f"{name}.{field}"
        for name, component in description()["components"]["schemas"].items()
        for field, schema in component.get("properties", {}).items()
        if "description" not in schema and name != "Address"
    ]
    assert unexplained == [], "bigledger_crm/api/schema/vocabulary.yaml"


def test_every_body_and_answer_has_an_example_of_its_schema() -> None:
    problems = [f"{name}: {problem}" for name, content in contents().items() for problem in sample_problems(content)]
    assert problems == [], "bigledger_crm/api/schema/examples.yaml"


def sample_problems(content: dict[str, Any]) -> list[str]:
    """The errors of the examples of a body or an answer."""
    samples = [resolved(sample)["value"] for sample in content.get("examples", {}).values()]
    schema = closed({**content["schema"], "components": description()["components"]})
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    errors = [error for sample in samples for error in validator.iter_errors(sample)]
    found = [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]
    return found if samples else ["there is none"]


def closed(part: Any) -> Any:
    """The schema, with no room for a field that it doesn't name."""
    if isinstance(part, list):
        return [closed(below) for below in part]
    if not isinstance(part, dict):
        return part
    below = {name: value if name in ("example", "examples") else closed(value) for name, value in part.items()}
    is_open = isinstance(part.get("properties"), dict) and "additionalProperties" not in part
    return {**below, "additionalProperties": False} if is_open else below


def kinds(kind: type[StrictSerializer] = StrictSerializer) -> Iterator[type[StrictSerializer]]:
    """Every serializer of the API."""
    for below in kind.__subclasses__():
        yield from kinds(below)
        if ".tests." not in below.__module__:
            yield below


def test_every_example_of_a_body_is_taken(actor: Actor, in_company: Company) -> None:
    described = description()["components"]["schemas"]
    refused = {}
    for kind in kinds():
        if kind.__name__ in described and kind.__name__ in examples():
            body = decode(encode(examples()[kind.__name__]))
            try:
                validated(kind, body, "Body", **context(actor, kind))
            except InvalidData as error:
                refused[kind.__name__] = error.errors
    assert refused == {}


def test_needed_fields_are_asked_for(actor: Actor, in_company: Company) -> None:
    for kind in kinds():
        for name in kind.needed:
            with pytest.raises(InvalidData) as refusal:
                validated(kind, {}, "Body", **context(actor, kind))
            assert (name,) in [error.path for error in refusal.value.errors], kind.__name__


def context(actor: Actor, kind: type[StrictSerializer]) -> dict[str, Any]:
    """What serializers are told besides the body; one that needs nothing changes something stored."""
    stored = None if kind.needed else Customer(name="Acme", email="a@acme.com", currency="MYR")
    invoice = Invoice(currency="MYR", invoice_date=date(2024, 1, 15))
    field = None if kind.needed else CustomField(key="industry", label="Industry", type="choice", choices=["Steel"])
    return {"actor": actor, "customer": stored, "invoice": invoice, "field": field, "creating": stored is None}


def test_there_is_no_example_of_what_is_not_there() -> None:
    assert set(examples()) - description()["components"]["schemas"].keys() == set()
