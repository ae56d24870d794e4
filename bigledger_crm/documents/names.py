"""Names of files as callers give them, made harmless."""

from bigledger_crm.documents.content import ending_of
from bigledger_crm.kernel.text import clean_line

MAX_LENGTH = 255
_FORBIDDEN = dict.fromkeys(map(ord, '\\/:*?"<>|'), "_")


def clean_filename(given: str, media_type: str) -> str:
    """The name to show and to save under: without folders, control and direction characters, at most 255 characters.

    It ends as the content does, so that no image is opened as a program: `order.exe` of a PNG is `order.exe.png`.
    """
    last = clean_line(given.replace("\\", "/").rpartition("/")[2])
    name = last.translate(_FORBIDDEN).strip(". ") or "attachment"
    missing = ending_of(media_type, name)
    stem, dot, ending = (name + missing).rpartition(".")
    return stem[: MAX_LENGTH - len(ending) - 1].rstrip(". ") + dot + ending
