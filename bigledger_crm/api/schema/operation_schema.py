"""One operation of the description, from its view and its handler's `@operation`."""

import inspect
from typing import Any, cast, get_type_hints

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from bigledger_crm.api.bulk import BulkView
from bigledger_crm.api.operations import Operation, operation_of
from bigledger_crm.api.schema import answers, bulk, naming, parameters
from bigledger_crm.api.schema.components import Components, Schema
from bigledger_crm.api.schema.inputs import input_schema
from bigledger_crm.api.schema.samples import answer_sample, input_sample
from bigledger_crm.api.schema.structs import answer_schema
from bigledger_crm.api.uploads import UploadView
from bigledger_crm.api.views import ApiView, ObjectView, SingleView

_JSON = "application/json"
_FORM = "multipart/form-data"
_FILE: Schema = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary", "description": "A PDF, image, text or office file."}},
    "additionalProperties": False,
}
_SECURITY: list[dict[str, list[str]]] = [{"key": [], "company": []}]


def declaration(view: type[Any], method: str) -> tuple[Operation, str]:
    """What a view's handler declares, and its docstring.  Raises LookupError for one without a declaration.

    The GET that all single objects share gives what the view's `show` does.
    """
    handler = getattr(view, method.lower())
    if handler is SingleView.get:
        return Operation(gives=get_type_hints(view.show)["return"]), view.__doc__ or ""
    declared = operation_of(handler)
    if declared is None:
        raise LookupError(f"{view.__name__}.{method.lower()} lacks @operation")
    return declared, handler.__doc__ or ""


class OperationSchema(AutoSchema):
    """drf-spectacular asks it for each method of each address."""

    components: Components
    declared: Operation

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> Schema:
        """The operation.  Raises LookupError for a handler without a declaration."""
        declared, about = declaration(type(self.view), method)
        self.path, self.method, self.declared = path, method, declared
        self.components = Components(registry)
        name = naming.operation_id(method, path)
        operation: Schema = {
            "operationId": name,
            "summary": naming.heading(name),
            "description": inspect.cleandoc(about),
            "tags": [naming.tag(path)],
            "parameters": self._parameters(),
            "security": _SECURITY,
            "responses": self._responses(),
        }
        body = self._body()
        return {**operation, "requestBody": body} if body else operation

    @property
    def _reads(self) -> bool:
        return self.method == "GET"

    @property
    def _has_object(self) -> bool:
        return isinstance(self.view, ObjectView)

    @property
    def _paged(self) -> bool:
        return self._reads and hasattr(self.view, "listing")

    @property
    def _uploads(self) -> bool:
        return self.method == "POST" and isinstance(self.view, UploadView)

    def _parameters(self) -> list[Schema]:
        found = [parameters.path_parameter(name) for name in naming.path_parameters(self.path)]
        if self._paged:
            found += parameters.of_list(cast("ApiView", self.view).listing)
        elif self._reads and isinstance(self.view, ApiView) and self.view.filters is not None:
            found += parameters.of_filters(self.view.filters)
        elif self._reads and isinstance(self.view, SingleView):
            found += parameters.expand(self.view.expands)
        found += [parameters.query(name, *about) for name, about in self.declared.query.items()]
        names = ["RequestId"]
        if self.method == "POST":
            names.append("IdempotencyKey")
        if self._has_object and not self._reads:
            names.append("IfMatch")
        if self._tagged and self._reads:
            names.append("IfNoneMatch")
        return found + [parameters.header(name, self.components) for name in names]

    @property
    def _tagged(self) -> bool:
        """Whether the answer has an ETag: a GET of one object does, and what changes or makes one."""
        if self._reads:
            return isinstance(self.view, SingleView) or self.declared.media_types != (_JSON,)
        one = self._has_object or naming.is_collection(self.path)
        return one and self.method != "DELETE" and not self._uploads

    def _body(self) -> Schema | None:
        takes = self.declared.takes
        if self._uploads:
            return {"content": {_FORM: {"schema": _FILE}}, "required": True}
        if takes is None:
            return None
        name = takes.__name__
        if isinstance(self.view, BulkView):
            content: Schema = {"schema": bulk.rows_schema(self.view, self.components)}
            self._add_example(content, f"{self.view.word}{name}", bulk.rows_sample(self.view))
            return {"content": {_JSON: content}, "required": True}
        content = {"schema": input_schema(takes(), self.components)}
        self._add_example(content, name, input_sample(name))
        optional = self.method == "POST" and not naming.is_collection(self.path)
        needed = any(field.required or name in takes.needed for name, field in takes().fields.items())
        return {"content": {_JSON: content}, "required": needed or not optional}

    def _responses(self) -> Schema:
        declared = self.declared
        names = ["Location"] if declared.status == 201 else []
        names += ["Idempotent-Replayed"] if self.method == "POST" else []
        names += ["ETag"] if self._tagged else []
        description = "Made" if declared.status == 201 else "Done" if not self._reads else "Found"
        responses = {str(declared.status): answers.success(description, self._content(), names, self.components)}
        if self._reads and self._tagged:
            responses["304"] = {
                "description": "The object has not changed.",
                "headers": answers.headers(("ETag", "X-Request-Id"), self.components),
            }
        codes = [error.code for error in declared.refuses]
        return responses | answers.refusals(self._scopes(), codes, self.components)

    def _content(self) -> Schema:
        declared = self.declared
        if declared.media_types != (_JSON,):
            return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in declared.media_types}
        schema = answer_schema(declared.gives, self.components)
        content: Schema = {"schema": answers.envelope(schema, self.components, paged=self._paged)}
        name = getattr(declared.gives, "__name__", "") + ("Page" if self._paged else "")
        if isinstance(self.view, BulkView):
            self._add_example(content, f"{self.view.word}{name}", bulk.results_sample(self.view))
        else:
            self._add_example(content, name, answer_sample(declared.gives, paged=self._paged))
        return {_JSON: content}

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
            scopes.add("file" if self._uploads else "empty" if self.declared.takes is None else "body")
        if self.method == "POST":
            scopes.add("post")
        if self._has_object or getattr(self.view, "filters", None) is not None:
            scopes.add("object")
        if not self._reads:
            scopes.add("match" if self._has_object else "create")
        return frozenset(scopes)
