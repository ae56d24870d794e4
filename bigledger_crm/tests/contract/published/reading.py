"""Reads a published page: its endpoints with parameters and examples, its objects, its errors and its code."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

_HEADING = re.compile(r"(#{2,3}) (.+)")
_ROW = re.compile(r"\| `(\w+)` \| (\w+) \| (.+) \|")
_URL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /api/v1(/\S+)")
_ERROR = re.compile(r"(\d{3}) .+")
_WORD = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Parameter:
    """A query parameter; `choices` are the values that its description names."""

    name: str
    kind: str
    description: str

    @property
    def choices(self) -> list[str]:
        """The values that it may have, where the page names them."""
        return _WORD.findall(self.description)


@dataclass
class Endpoint:
    """A method of a URL, with what the page shows of it."""

    title: str
    method: str
    path: str
    parameters: list[Parameter] = field(default_factory=list)
    request: dict[str, Any] | None = None
    response: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Page:
    """What a page publishes; numbers are as they are written there."""

    endpoints: list[Endpoint] = field(default_factory=list)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[int, dict[str, Any]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    code: dict[str, str] = field(default_factory=dict)


def read_page(name: str) -> Page:
    """The page in docs/ with this name.  Raises ValueError for an example that belongs to nothing."""
    page = Page()
    title, label = "", ""
    for kind, text in _blocks((settings.BASE_DIR / "docs" / name).read_text()):
        if kind == "heading":
            title, label = text, ""
        elif kind == "label":
            label = text
        elif kind == "row" and (row := _ROW.fullmatch(text)):
            page.endpoints[-1].parameters.append(Parameter(*row.groups()))
        elif kind == "http" and (url := _URL.fullmatch(text)):
            page.endpoints.append(Endpoint(title, url[1], url[2]))
        elif kind == "bash":
            page.commands.append(text)
        elif kind == "json":
            _keep_example(page, title, label, json.loads(text, parse_float=Decimal))
        elif kind in ("javascript", "python"):
            page.code[kind] = text
    return page


def _keep_example(page: Page, title: str, label: str, example: dict[str, Any]) -> None:
    if title.endswith(" Object"):
        page.objects[title.removesuffix(" Object")] = example
    elif error := _ERROR.fullmatch(title):
        page.errors[int(error[1])] = example
    elif label == "Request Body":
        page.endpoints[-1].request = example
    elif label == "Response":
        page.endpoints[-1].response = example
    else:
        raise ValueError(f"Whose example is this, under {title}?")


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Headings, labels in bold, rows of tables, and code by its language."""
    fence: str | None = None
    lines: list[str] = []
    for line in text.splitlines():
        if fence is not None:
            if line == "```":
                yield fence, "\n".join(lines)
                fence = None
            else:
                lines.append(line)
        elif line.startswith("```"):
            fence, lines = line[3:], []
        elif heading := _HEADING.fullmatch(line):
            yield "heading", heading[2]
        elif line.startswith("**"):
            yield "label", line.strip("*:")
        elif line.startswith("| `"):
            yield "row", line
