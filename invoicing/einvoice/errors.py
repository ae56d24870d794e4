"""What LHDN says is wrong: both shapes of its errors, as a list of the innermost ones.

Names are read without regard to case.  Nothing here fails on what it doesn't know: a code without advice has LHDN's
text.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bigledger_crm.kernel.text import clean_line

_NESTED = ("innererror", "innererrors", "details", "errors")
_LINK = re.compile(r"https?://[^\s<>\"')]+")
_TAG = re.compile(r"<[^>]*>")
_MAX_TEXT = 1000

Lowered = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LhdnError:
    """One error: the step of the validation, the code, where in the document, LHDN's texts and its page about it.

    Each is "" where LHDN doesn't say it.
    """

    step: str
    code: str
    path: str
    english: str
    malay: str
    link: str = ""

    @property
    def advice(self) -> str:
        """What to do about it, in plain words; "" for a code that isn't known."""
        is_duplicate = self.code == "DS302" and "duplicate" in self.step.lower()
        return _advice().get("DV302" if is_duplicate else self.code, "")

    @property
    def message(self) -> str:
        """What to show: the advice, else LHDN's own text."""
        return self.advice or self.english or self.malay or self.code or "LHDN gave no reason"


def read_errors(answer: object) -> list[LhdnError]:
    """The innermost errors of an answer, in its order, each once; [] when it names none.

    `answer` is parsed JSON: a whole answer to a call, a rejected document's `error`, or the details of a document.
    """
    return list(dict.fromkeys(_errors(answer, "")))


def _errors(value: object, step: str) -> Iterator[LhdnError]:
    """The leaves below a value, without recursion: how deep answers nest is not ours to say."""
    waiting: list[tuple[object, str]] = [(value, step)]
    while waiting:
        current, step = waiting.pop()
        if isinstance(current, list):
            waiting += [(part, step) for part in reversed(current)]
        elif isinstance(current, Mapping):
            node = _lowered(current)
            below = _below(node, step)
            if below:
                waiting += reversed(below)
            elif error := _leaf(node, step):
                yield error


def _lowered(value: object) -> Lowered:
    return {str(name).lower(): part for name, part in value.items()} if isinstance(value, Mapping) else {}


def _below(node: Lowered, step: str) -> list[tuple[object, str]]:
    """What an object has inside, each part with its step."""
    if steps := node.get("validationsteps"):
        parts = map(_lowered, steps if isinstance(steps, list) else [steps])
        return [(part.get("error"), _word(part, "name")) for part in parts]
    for name in ("validationresults", "error", "rejecteddocuments", *_NESTED):
        inner = node.get(name)
        if inner and isinstance(inner, Mapping | list):
            return [(inner, step)]
    return []


def _leaf(node: Lowered, step: str) -> LhdnError | None:
    english, link = _text(node, "error", "message")
    malay, malay_link = _text(node, "errorms")
    code = _word(node, "errorcode", "code")
    if not (english or malay or code):
        return None
    path = _word(node, "propertypath", "propertyname", "target")
    return LhdnError(step, code, path, english, malay, link or malay_link)


def _word(node: Lowered, *names: str) -> str:
    found = (node.get(name) for name in names)
    return next((clean_line(str(value))[:_MAX_TEXT] for value in found if isinstance(value, str | int) and value), "")


def _text(node: Lowered, *names: str) -> tuple[str, str]:
    """A text without markup and without the link at its end, and the link."""
    value = next((node[name] for name in names if isinstance(node.get(name), str) and node[name]), "")
    link = _LINK.search(value)
    plain = clean_line(_LINK.sub("", _TAG.sub(" ", value)))[:_MAX_TEXT]
    return plain, link.group().rstrip(".,;") if link else ""


@cache
def _advice() -> Mapping[str, str]:
    text = files(f"{__package__}.codes").joinpath("error_advice.json").read_text(encoding="utf-8")
    return dict(json.loads(text)["codes"])
