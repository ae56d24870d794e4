"""Pages as text, for tests that look for a piece of one."""

import re
from typing import Any

from django.test import Client

_AT_A_TAG = re.compile(r"(?<=>)\s*\n\s*|\s*\n\s*(?=</?\w)")
_ELSEWHERE = re.compile(r"\s*\n\s*")


def flat(response: Any) -> str:
    """What a page says on one line, without the line breaks of its template; other answers as they are."""
    text: str = response.content.decode()
    if "html" not in response.headers.get("Content-Type", ""):
        return text
    return _ELSEWHERE.sub(" ", _AT_A_TAG.sub("", text))


def text_of(client: Client, url: str, *, status: int = 200, headers: dict[str, str] | None = None) -> str:
    """The text of a page that answers with this status."""
    response = client.get(url, headers=headers)
    assert response.status_code == status
    return flat(response)
