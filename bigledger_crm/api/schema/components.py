"""The named parts of the description, each made once: schemas, parameters, responses, headers and examples."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from bigledger_crm.api.schema.data import vocabulary

Schema = dict[str, Any]


class Components:
    """drf-spectacular's registry, by name."""

    def __init__(self, registry: ComponentRegistry) -> None:
        self._registry = registry

    def add(self, name: str, make: Callable[[], Schema], kind: str = ResolvedComponent.SCHEMA) -> Schema:
        """A reference to the component; `make` is asked for it the first time."""
        component = _component(name, kind)
        if component not in self._registry:
            self._registry.register(component)
            component.schema = make()
        return component.ref

    def put(self, name: str, schema: Schema) -> Schema:
        """A reference to the schema.  Raises ValueError where another has its name."""
        component = _component(name, ResolvedComponent.SCHEMA, schema)
        if component not in self._registry:
            self._registry.register(component)
        elif self._registry[component].schema != schema:
            raise ValueError(f"Two different objects are called {name}")
        return component.ref


def _component(name: str, kind: str, schema: Schema | None = None) -> ResolvedComponent:
    return ResolvedComponent(name=name, type=kind, schema=schema, object=name)  # type: ignore[no-untyped-call]


def described(component: str, name: str, schema: Schema) -> Schema:
    """The schema of a field, with what the vocabulary says of its name; a type there stands for the field's own."""
    words = vocabulary()
    said = words.get(f"{component}.{name}", words.get(name, {}))
    return said if "anyOf" in said or "type" in said else {**schema, **said}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    either = {**schema, "type": [*kinds, "null"]}
    return {**either, "enum": [*schema["enum"], None]} if "enum" in schema else either
