"""Names of operations, tags and path parameters, from a URL: stable as the URL itself."""

import re

from bigledger_crm.api.schema.data import collections, other_tags
from bigledger_crm.kernel.text import snake_case

_ID = "[0-7][0-9a-hjkmnp-tv-z]{25}"
PREFIX = "/api/v1/"
_VERBS = {"get": "get", "put": "update", "patch": "patch", "delete": "delete", "post": "create"}


def public_path(path: str) -> str:
    """The URL with path parameters named as in the published API: `/quotes/{quoteId}/send`."""
    parts = path.split("/")
    for index, part in enumerate(parts):
        if part.startswith("{"):
            parts[index] = "{" + _camel(_singular(parts[index - 1])) + "Id}"
    return "/".join(parts)


def id_pattern(parameter: str) -> str:
    """The regular expression of a path parameter such as `quoteId`.  Raises StopIteration for an unknown one."""
    prefix = next(known.prefix for known in collections().values() if f"{_camel(known.one)}Id" == parameter)
    return rf"^{prefix}_{_ID}$"


def path_parameters(path: str) -> list[str]:
    """The names of the parameters in a URL."""
    return re.findall(r"{(\w+)}", path)


def is_collection(path: str) -> bool:
    """Whether the URL is that of many objects."""
    return path.rsplit("/", 1)[1] in collections()


def tag(path: str) -> str:
    """The heading under which a URL stands."""
    segments = path.removeprefix(PREFIX).split("/")
    for name, known in other_tags().items():
        if segments[0] in known.first or segments[-1] in known.last:
            return title(name)
    own = [segment for segment in segments if segment in collections() and not collections()[segment].within]
    return title(own[-1])


def tag_descriptions() -> dict[str, str]:
    """What each heading says, in their order."""
    return {name: known.about for name, known in (collections() | other_tags()).items()}


def title(segment: str) -> str:
    """`sales-orders` as `Sales orders`."""
    own = collections()[segment].heading if segment in collections() else ""
    return own or segment.replace("-", " ").capitalize()


def operation_id(method: str, path: str) -> str:
    """`createCustomer`, `listInvoices`, `convertQuoteToOrder`."""
    verb = _VERBS[method.lower()]
    segments = path.removeprefix(PREFIX).split("/")
    if segments[0] == "analytics":
        return verb + _nouns(segments[1:])
    last = segments.pop()
    if last.startswith("{"):
        return verb + _nouns([*segments, last])
    around = _nouns(segments)
    if last in collections():
        return f"list{around}{_pascal(last)}" if verb == "get" else verb + around + _singular(last)
    if method.lower() != "post":
        return ("update" if verb == "patch" else verb) + around + _pascal(last)
    action, *rest = last.split("-")
    return _camel(action) + around + "".join(map(str.title, rest))


def heading(name: str) -> str:
    """`convertQuoteToOrder` as `Convert quote to order`."""
    return snake_case(name).replace("_", " ").capitalize().replace("pdf", "PDF")


def _nouns(segments: list[str]) -> str:
    """What the segments name: one of a collection where its id follows, else all of it."""
    following = [*segments, ""][1:]
    return "".join(
        _singular(segment) if after.startswith("{") else _pascal(segment)
        for segment, after in zip(segments, following, strict=True)
        if not segment.startswith("{")
    )


def _singular(segment: str) -> str:
    return collections()[segment].one if segment in collections() else _pascal(segment)


def _pascal(segment: str) -> str:
    return "".join(map(str.title, segment.split("-")))


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
