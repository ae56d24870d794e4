"""Emails as whole texts in `texts/`, where a change of their words is read in review."""

import os
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

TEXTS = Path(__file__).with_name("texts")


def compare_with_file(text: str, name: str) -> None:
    """Fails unless the file says the same; UPDATE_EMAILS=1 writes it anew."""
    path = TEXTS / f"{name}.txt"
    if os.environ.get("UPDATE_EMAILS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "if that is meant: UPDATE_EMAILS=1"
    assert not re.search(r"[{}]|None", text)


def words(text: str) -> Counter[str]:
    """The words of a text, without what only stands between them."""
    words = (word.removeprefix("https://") for word in text.split())
    return Counter(word for word in words if word not in ("-", "--", "\N{MIDDLE DOT}"))


def visible(html: str) -> str:
    reader = _Visible()
    reader.feed(html)
    return " ".join(reader.found)


class _Visible(HTMLParser):
    """Collects what a reader of the HTML sees."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("title", "style")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("title", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)
