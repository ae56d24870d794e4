"""Reads the pages of the editor, and asks for parts of them."""

import json
import re
from html import unescape


def problems_of(part: str) -> dict[int, dict[str, str]]:
    """The errors of each row, as it comes with the totals."""
    found = re.findall(r'<data hidden value="(\d+)" data-problems="([^"]*)"', part)
    return {int(row): json.loads(unescape(text)) for row, text in found}


def errors_of(page: str) -> dict[str, str]:
    """What a page says under the cells of its lines."""
    return dict(re.findall(r'<p class="field-error" id="lines-([\w-]+)-error">([^<]*)<', page))


def htmx(target: str) -> dict[str, str]:
    """What htmx sends when it wants an element's content."""
    return {"HX-Request": "true", "HX-Target": target}
