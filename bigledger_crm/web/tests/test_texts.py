"""The texts that people read: words of the trade, in the English of a clerk."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("bigledger_crm", "customers", "sales", "invoicing")
_MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"}
_TRANSLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
_BLOCK = re.compile(r"\{%\s*blocktranslate\b.*?%\}(.*?)\{%\s*endblocktranslate", re.DOTALL)
# A mail server and the capture of a machine's email are called so; what is sent is an email.
_MAIL = re.compile(r"\bmails?\b(?! server| capture)", re.IGNORECASE)
RETIRED = (
    "another look",
    "As item",
    "at once",
    "Came to",
    "Comes to",
    "days from quote to yes",
    "done already",
    "for good",
    "Gets reminders",
    "half done",
    "in this time",
    "in full or in parts",
    "is a draft",
    "is cancelled.",
    "is confirmed.",
    "is deleted.",
    "is issued.",
    "is noted",
    "is recorded.",
    "Issue without mail",
    "Look at ",
    "may still be won",
    "No longer sold",
    "Nobody",
    "Nothing matches",
    "Number or full name",
    "no longer there",
    "Of those before",
    "Paid in part",
    "saved already",
    "Show these",
    "Show what I wrote",
    "Somebody",
    "somebody",
    "Something broke",
    "stands on",
    "telephone",
    "switched off",
    "Switched off",
    "taken back",
    "Take back",
    "Taken off",
    "taken off",
    "To pay",
    "Trying again",
    "Unclear",
    "usual words",
    "What is ",
    "What was sent",
    "What you leave empty",
    "whole or in part",
    "You may not",
)


def _in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in _MARKS:
                yield from (
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def _in_template(path: Path) -> Iterator[str]:
    source = path.read_text()
    for double, single in _TRANSLATE.findall(source):
        yield double or single
    for body in _BLOCK.findall(source):
        yield re.sub(r"\{[{%].*?[}%]\}|<[^>]*>", "", body)


@cache
def texts() -> list[tuple[str, str]]:
    """All that is marked for translation, with the file that it stands in."""
    sources = [
        path
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if not {"tests", "migrations", "testing"} & set(path.relative_to(ROOT).parts)
    ]
    found = [(str(path), text) for path in sources for text in _in_python(path)]
    templates = list((ROOT / "templates").rglob("*.html"))
    return [*found, *((str(path), text) for path in templates for text in _in_template(path))]


def test_the_texts_are_found() -> None:
    found = {text for _path, text in texts()}
    assert len(found) > 500
    assert {"Please check the highlighted fields.", "Email to %(receivers)s", "Aged receivables"} <= found


def test_what_is_sent_is_an_email() -> None:
    assert [(path, text) for path, text in texts() if _MAIL.search(text)] == []


def test_wordings_that_a_clerk_would_not_write_stay_away() -> None:
    assert [(path, words, text) for path, text in texts() for words in RETIRED if words in text] == []
