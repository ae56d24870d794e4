"""The operations and objects of docs/openapi.yaml, with the names that both clients give them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Schema = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
PREFIX = "/api/v1"
# Parts of another resource's path that are a resource of their own.
NESTED = {"contacts", "shipments"}
# Where the rules below give no good name.
RESOURCES = {"calculate": "pricing"}
NAMES = {
    "createInvoicePayment": "recordPayment",
    "createInvoiceReminder": "sendReminder",
    "updateInvoiceReminder": "setReminders",
    "getJournalEntry": "get",
    "createBankAccountBankStatement": "importStatement",
    "rehearseBankAccountStatements": "rehearseStatement",
    "getBankAccountBankStatement": "getStatement",
}


@dataclass(frozen=True)
class Field:
    """A field of an object or a body, or a parameter; `name` is the one on the wire."""

    name: str
    schema: Schema
    is_required: bool

    @property
    def kinds(self) -> list[str]:
        """Its types in JSON."""
        kinds = self.schema.get("type", [])
        return kinds if isinstance(kinds, list) else [kinds]

    @property
    def is_free(self) -> bool:
        """Whether it is an object with whatever the caller puts into it."""
        return "object" in self.kinds

    @property
    def description(self) -> str:
        """A sentence for people."""
        return " ".join(str(self.schema.get("description", "")).split())


@dataclass(frozen=True)
class Operation:
    """A method of a client.

    It `takes` fields, rows, a file, a query or nothing, and `gives` an object, a page, a list or a file.
    """

    id: str
    resource: str
    name: str
    method: str
    path: str
    tag: str
    summary: str
    about: str
    query: tuple[Field, ...]
    takes: str
    body: str
    body_is_required: bool
    gives: str
    answer: str

    @property
    def parameters(self) -> list[str]:
        """The parts of the path that the caller gives."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def pattern(self) -> str:
        """The path with `{}` for each of them."""
        return re.sub(r"{\w+}", "{}", self.path)

    @property
    def filters(self) -> list[Field]:
        """The query without the cursor, which the clients look after themselves."""
        return [field for field in self.query if field.name != "cursor"]

    @property
    def query_type(self) -> str:
        """The name of the type of its query."""
        return pascal(self.id) + "Query"


def pascal(name: str) -> str:
    """`sales-orders` and `salesOrders` as `SalesOrders`."""
    return "".join(part[0].upper() + part[1:] for part in re.split(r"[-_]", name))


def camel(name: str) -> str:
    """`sales-orders` as `salesOrders`."""
    return pascal(name)[0].lower() + pascal(name)[1:]


def snake(name: str) -> str:
    """`attachPDF` as `attach_pdf`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


class Description:
    """docs/openapi.yaml as the clients see it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.version: str = document["info"]["version"]
        self.schemas: dict[str, Schema] = document["components"]["schemas"]
        self.operations = _named(list(self._operations()))
        self.inputs = self.reached(operation.body for operation in self.operations if operation.body)
        self.objects = self.reached(["Rehearsal", *(one.answer for one in self.operations if one.answer)])

    def fields(self, name: str) -> list[Field]:
        """The fields of an object or a body, without those that a body has only because they are ignored."""
        schema = self.schemas[name]
        required = schema.get("required", [])
        return [
            Field(field, part, field in required)
            for field, part in schema.get("properties", {}).items()
            if not part.get("readOnly")
        ]

    def about_tag(self, name: str) -> str:
        """The sentence about a group of operations."""
        return next(str(tag["description"]) for tag in self.document["tags"] if tag["name"] == name)

    def type_name(self, name: str, *, is_input: bool = False) -> str:
        """What the clients call a schema: `Quote` for `QuoteObject`."""
        short = name.removesuffix("Object")
        called = short if short not in self.schemas else name
        return f"{called}Input" if is_input and name in self.objects else called

    def resources(self) -> dict[str, list[Operation]]:
        """The operations by resource, both in the order of the document."""
        found: dict[str, list[Operation]] = {}
        for operation in self.operations:
            found.setdefault(operation.resource, []).append(operation)
        return found

    def reached(self, names: Iterable[str]) -> list[str]:
        """These schemas and all that are parts of them."""
        found: list[str] = []
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.append(name)
                waiting += [other for field in self.fields(name) for other in _references(field.schema)]
        return sorted(found)

    def parents(self, names: list[str], *, is_input: bool) -> dict[str, str]:
        """Which type has all the fields of another one and more, and can be derived from it."""
        found = {}
        for name in names:
            mine = {field.name: field for field in self.fields(name)}
            fits = [other for other in names if other != name and self._is_part(other, mine, is_input=is_input)]
            if fits:
                found[name] = max(fits, key=lambda other: len(self.fields(other)))
        return found

    def in_order(self, names: list[str], parents: Mapping[str, str]) -> list[str]:
        """Parents before what is derived from them, otherwise by name."""
        ordered: list[str] = []

        def put(name: str) -> None:
            if name in parents:
                put(parents[name])
            if name not in ordered:
                ordered.append(name)

        for name in sorted(names, key=self.type_name):
            put(name)
        return ordered

    def _is_part(self, other: str, mine: Mapping[str, Field], *, is_input: bool) -> bool:
        theirs = self.fields(other)
        return 8 <= len(theirs) < len(mine) and all(
            field.name in mine
            and _without_words(mine[field.name].schema) == _without_words(field.schema)
            # An object may be surer of a field than the row that it is derived from.
            and (mine[field.name].is_required == field.is_required or (not is_input and not field.is_required))
            for field in theirs
        )

    def _operations(self) -> Iterator[Operation]:
        for path, methods in self.document["paths"].items():
            for method in METHODS:
                if method in methods and path.startswith(PREFIX):
                    yield self._operation(path.removeprefix(PREFIX), method, methods[method])

    def _operation(self, path: str, method: str, said: Mapping[str, Any]) -> Operation:
        takes, body = self._body(said.get("requestBody"))
        query = tuple(
            Field(
                part["name"], {**part["schema"], "description": part.get("description", "")}, bool(part.get("required"))
            )
            for part in said.get("parameters", [])
            if part.get("in") == "query"
        )
        gives, answer = self._answer(said["responses"])
        return Operation(
            id=said["operationId"],
            resource=_resource(path),
            name=_name(path, said["operationId"], takes),
            method=method.upper(),
            path=path,
            tag=said["tags"][0],
            summary=said.get("summary", said["operationId"]),
            about=" ".join(said.get("description", said.get("summary", "")).split("\n\n")[0].split()),
            query=query,
            takes=takes or ("query" if query else ""),
            body=body,
            body_is_required=bool(said.get("requestBody", {}).get("required")),
            gives=gives,
            answer=answer,
        )

    def _body(self, said: Mapping[str, Any] | None) -> tuple[str, str]:
        if said is None:
            return "", ""
        ((kind, content),) = said["content"].items()
        if kind != "application/json":
            return "file", ""
        schema = content["schema"]
        if "$ref" in schema:
            return "fields", _last(schema["$ref"])
        return "rows", _last(schema["properties"]["rows"]["items"]["$ref"])

    def _answer(self, responses: Mapping[str, Any]) -> tuple[str, str]:
        (said,) = [response for status, response in responses.items() if status.startswith("2")]
        if "application/json" not in said["content"]:
            return "file", ""
        properties = said["content"]["application/json"]["schema"]["properties"]
        data = properties["data"]
        if data.get("type") == "array":
            return ("page" if "pagination" in properties else "list"), _last(data["items"]["$ref"])
        return "object", _last(data["$ref"])


def _resource(path: str) -> str:
    parts = [part for part in path.split("/") if part and "{" not in part]
    if len(parts) > 1 and parts[1] in NESTED:
        return camel(parts[1])
    return camel(RESOURCES.get(parts[0], parts[0]))


def _name(path: str, operation: str, takes: str) -> str:
    """The operation's id without the nouns that the resource says: `send` for `sendQuote`."""
    if operation in NAMES:
        return NAMES[operation]
    parts = [part for part in path.split("/") if part and "{" not in part]
    name = operation
    for noun in [parts[0], *(part for part in parts[1:2] if part in NESTED)]:
        one = re.sub("(?<=ch)es$|s$", "", pascal(noun))
        name = re.sub(f"{one}(es|s)?(?![a-z])", "", name, count=1)
    if name.startswith("get") and name != "get" and not path.endswith("}"):
        name = camel(name.removeprefix("get"))
    return name.replace("create", "upload") if takes == "file" else name


def _named(operations: list[Operation]) -> list[Operation]:
    """Gives `retry` of many the name `retryAll`, where `retry` of one has it."""
    taken = Counter((operation.resource, operation.name) for operation in operations)
    named = [
        replace(operation, name=f"{operation.name}All")
        if taken[operation.resource, operation.name] > 1 and not operation.parameters
        else operation
        for operation in operations
    ]
    twice = [key for key, count in Counter((one.resource, one.name) for one in named).items() if count > 1]
    if twice:
        raise ValueError(f"Two operations have one name, so give one of them another in NAMES: {twice}")
    return named


def _last(reference: str) -> str:
    return reference.rsplit("/", 1)[1]


def _references(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        yield _last(schema["$ref"])
    for part in (*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])):
        yield from _references(part)


def _without_words(schema: Any) -> Any:
    """A schema without what doesn't change the type."""
    if isinstance(schema, dict):
        return {key: _without_words(part) for key, part in schema.items() if key not in ("description", "examples")}
    return schema
