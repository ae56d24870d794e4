"""Short notes in the corner, which may offer to take back what was done."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


@dataclass(frozen=True)
class Undo:
    """A POST that takes back what a toast tells.  The toast stays for `seconds`."""

    href: str
    label: str
    seconds: int = 8


def toast(request: HttpRequest, text: str, *, undo: Undo | None = None, level: int = messages.SUCCESS) -> None:
    """Tells something on the next page or part of a page that this person sees."""
    offered = json.dumps([undo.href, undo.label, undo.seconds]) if undo else ""
    messages.add_message(request, level, text, extra_tags=offered)


def undo_of(message: Message) -> Undo | None:
    """What a message offers."""
    offered: Any = message.extra_tags
    return Undo(*json.loads(offered)) if offered and offered.startswith("[") else None
