"""The API's description as tests look at it; made once."""

from functools import cache
from typing import Any

from bigledger_crm.api.schema.generator import describe

JSON = "application/json"


@cache
def description() -> dict[str, Any]:
    """The whole description."""
    return describe()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every (method, path, operation)."""
    return [
        (method.upper(), path, operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    found: Any = description() if "$ref" in part else part
    for step in part.get("$ref", "#/").removeprefix("#/").split("/"):
        found = found[step] if step else found
    return dict(found)


def contents() -> dict[str, dict[str, Any]]:
    """The JSON bodies and answers of all operations, shared ones once."""
    found = {}
    for _, _, operation in operations():
        for kind, body in {"body": operation.get("requestBody", {}), **operation["responses"]}.items():
            name = body.get("$ref", f"{operation['operationId']} {kind}")
            content = resolved(body).get("content", {}).get(JSON)
            if content is not None:
                found[name] = content
    return found
