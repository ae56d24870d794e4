"""The whole description: drf-spectacular's generator with our URLs' parameters and tags."""

from typing import Any

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.validation import validate_schema

from bigledger_crm.api.schema import naming
from bigledger_crm.api.schema.components import Components, Schema
from bigledger_crm.api.schema.data import vocabulary

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class OrderedEndpoints(EndpointEnumerator):
    """The methods of a URL in one order; the library's is that of a set."""

    def get_allowed_methods(self, callback: Any) -> list[str]:
        """The methods that the description has."""
        allowed = super().get_allowed_methods(callback)  # type: ignore[no-untyped-call]
        return [method for method in _METHODS if method in allowed]


class ApiGenerator(SchemaGenerator):
    """Names path parameters as the published API does, and explains the tags in the order of a sale."""

    endpoint_inspector_cls = OrderedEndpoints

    def coerce_path(self, path: str, method: str, view: Any) -> str:
        """`/quotes/{quoteId}/send` for `/quotes/{public_id}/send`."""
        return naming.public_path(path)

    def get_schema(self, request: Any = None, public: bool = False) -> Schema:
        """The description as a dict."""
        Components(self.registry).put("Address", vocabulary()["Address"])
        schema: Schema = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        used = {tag for path in schema["paths"].values() for operation in path.values() for tag in operation["tags"]}
        schema["tags"] = [
            {"name": naming.title(segment), "description": about}
            for segment, about in naming.tag_descriptions().items()
            if naming.title(segment) in used
        ]
        return schema


def describe() -> Schema:
    """The whole description, valid by OpenAPI's own schema.  Raises what is wrong with it."""
    schema = ApiGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    validate_schema(schema)  # type: ignore[no-untyped-call]
    return schema
