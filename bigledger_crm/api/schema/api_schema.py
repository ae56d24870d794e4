"""One operation of the description: drf-spectacular's schema, with our envelope, errors and structs.

drf-spectacular finds the URLs, reads `@extend_schema` and the docstrings, and puts an operation together.  What it
can't know is said here: names, the parameters of lists, and bodies and answers, made of strict serializers and structs.
"""

from collections.abc import Sequence
from typing import Any, get_args

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from bigledger_crm.api.answers import JSON, Answer
from bigledger_crm.api.parsers import FileParser
from bigledger_crm.api.schema import answers, bulk, naming, parameters
from bigledger_crm.api.schema.components import Components, Schema
from bigledger_crm.api.schema.inputs import input_schema
from bigledger_crm.api.schema.samples import answer_sample, input_sample
from bigledger_crm.api.schema.structs import answer_schema
from bigledger_crm.api.serializers import StrictSerializer

_FILE: Schema = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary", "description": "A PDF, image, text or office file."}},
    "additionalProperties": False,
}


class ApiSchema(AutoSchema):
    """drf-spectacular asks it for each method of each URL."""

    view: Any

    def get_operation_id(self) -> str:
        """`convertQuoteToOrder`."""
        return naming.operation_id(self.method, self.path)

    def get_summary(self) -> str:
        """`Convert quote to order`."""
        return naming.heading(self.get_operation_id())

    def get_tags(self) -> list[str]:
        """The heading under which the operation stands."""
        return [naming.tag(self.path)]

    def get_auth(self) -> list[dict[str, Any]]:
        """The key and the company, for every URL."""
        return [{"key": [], "company": []}]

    def get_request_serializer(self) -> Any:
        """No body, where `@extend_schema` declares none."""
        return None

    def get_response_serializers(self) -> Any:
        """Nothing, where `@extend_schema` declares nothing, which is an error."""
        return None

    @property
    def answer(self) -> Answer:
        """What the handler declares.  Raises LookupError for one without a declaration."""
        declared: Any = self.get_response_serializers()
        if not isinstance(declared, Answer):
            handler = f"{type(self.view).__name__}.{self.view.action}"
            raise LookupError(f"{handler} lacks @extend_schema(responses=Answer(…))")
        return declared

    @property
    def takes(self) -> type[StrictSerializer] | None:
        """What the handler declares as its body."""
        declared: Any = self.get_request_serializer()
        return declared if isinstance(declared, type) and issubclass(declared, StrictSerializer) else None

    @property
    def components(self) -> Components:
        """The named parts of the description."""
        return Components(self.registry)

    @property
    def _reads(self) -> bool:
        return self.method == "GET"

    @property
    def _paged(self) -> bool:
        return self._reads and bool(self.view.is_list)

    @property
    def _uploads(self) -> bool:
        return self.method == "POST" and FileParser in self.view.parser_classes

    @property
    def _tagged(self) -> bool:
        """Whether the answer has an ETag: a GET of one object does, and what changes or makes one."""
        if self._reads:
            return self.view.action == "retrieve" or self.answer.conditional or self.answer.media_types != (JSON,)
        one = self.view.detail or naming.is_collection(self.path)
        return one and self.method != "DELETE" and not self._uploads

    def _get_parameters(self) -> list[Schema]:
        found = [parameters.path_parameter(name) for name in naming.path_parameters(self.path)]
        if self._paged:
            found += parameters.of_list(self.view.listing, self.view.own_names if self.view.action == "list" else None)
        elif self._reads and self.view.filters is not None:
            found += parameters.of_filters(self.view.filters)
        elif self._reads and self.view.action == "retrieve":
            found += parameters.expand(self.view.expands)
        more: list[Any] = list(self.get_override_parameters())
        found += [parameters.query(own.name, own.description, own.type) for own in more]
        names = ["RequestId"]
        if self.method == "POST":
            names.append("IdempotencyKey")
        if self.view.detail and not self._reads:
            names.append("IfMatch")
        if not self._reads:
            names.append("Rehearse")
        if self._tagged and self._reads:
            names.append("IfNoneMatch")
        return found + [parameters.header(name, self.components) for name in names]

    def _get_request_body(self, direction: Any = "request") -> Schema | None:
        takes = self.takes
        if self._uploads:
            return {"content": {FileParser.media_type: {"schema": _FILE}}, "required": True}
        if self._reads or takes is None:
            return None
        name = takes.__name__
        if self.view.action == "bulk":
            content: Schema = {"schema": bulk.rows_schema(self.view, takes, self.components)}
            self._add_example(content, f"{self.view.noun}{name}", bulk.rows_sample(self.view))
            return {"content": {JSON: content}, "required": True}
        content = {"schema": input_schema(takes(), self.components)}
        self._add_example(content, name, input_sample(name))
        optional = self.method == "POST" and not naming.is_collection(self.path)
        needed = any(field.required or name in takes.needed for name, field in takes().fields.items())
        return {"content": {JSON: content}, "required": needed or not optional}

    def _get_response_bodies(self, direction: Any = "response") -> Schema:
        answer = self.answer
        names = ["Location"] if answer.status == 201 or (answer.status == 202 and self._uploads) else []
        names += ["Idempotent-Replayed"] if self.method == "POST" else []
        names += ["ETag"] if self._tagged else []
        description = "Made" if answer.status == 201 else "Done" if not self._reads else "Found"
        responses = {str(answer.status): answers.success(description, self._content(), names, self.components)}
        if self._reads and self._tagged:
            responses["304"] = {
                "description": "The object has not changed.",
                "headers": answers.headers(("ETag", "X-Request-Id"), self.components),
            }
        codes = [error.code for error in answer.refuses]
        return responses | answers.refusals(self._scopes(), codes, self.components)

    def _content(self) -> Schema:
        answer = self.answer
        if answer.media_types != (JSON,):
            return _files(answer.media_types)
        schema = answer_schema(answer.gives, self.components)
        whole = answers.envelope(schema, self.components, paged=self._paged, rehearsed=not self._reads)
        content: Schema = {"schema": whole}
        (part,) = get_args(answer.gives) or (answer.gives,)
        name = getattr(part, "__name__", "") + ("Page" if self._paged else "" if part is answer.gives else "List")
        if self.view.action == "bulk":
            self._add_example(content, f"{self.view.noun}{name}", bulk.results_sample(self.view))
        else:
            self._add_example(content, name, answer_sample(answer.gives, paged=self._paged))
        return {JSON: content, **_files(answer.files)}

    def _add_example(self, content: Schema, name: str, value: Any) -> None:
        if value is not None:
            made = {"value": value}
            name = name.replace(" ", "")
            content["examples"] = {"example": self.components.add(name, lambda: made, ResolvedComponent.EXAMPLE)}

    def _scopes(self) -> frozenset[str]:
        """The kinds of refusals that the operation shares with others of its kind."""
        scopes = {"every"}
        if self._paged:
            scopes.add("list")
        if not self._reads:
            scopes.add("write")
            scopes.add("file" if self._uploads else "empty" if self.takes is None else "body")
            scopes.add("match" if self.view.detail else "create")
        if self.method == "POST":
            scopes.add("post")
        if "{" in self.path or self.view.filters is not None:
            scopes.add("object")
        return frozenset(scopes)


def _files(media_types: Sequence[str]) -> Schema:
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
