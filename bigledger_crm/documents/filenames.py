"""Names of files as callers give them, made harmless."""

from bigledger_crm.documents.file_types import ending_of
from bigledger_crm.kernel.text import clean_line

MAX_LENGTH = 255
MAX_PDF_NAME = 110
_NO_FOLDERS = dict.fromkeys(map(ord, '\\/:*?"<>|'), "-")
_FORBIDDEN = dict.fromkeys(map(ord, '\\/:*?"<>|'), "_")


def pdf_filename(*parts: str) -> str:
    """The name that the PDF of a document has wherever it is saved and attached, such as `發票-2026-0112.pdf`."""
    name = "-".join(clean_line(part).translate(_NO_FOLDERS) for part in parts if part)
    return f"{name.strip('-. ')[:MAX_PDF_NAME] or 'document'}.pdf"


def clean_filename(given: str, media_type: str) -> str:
    """The name to show and to save under: without folders, control and direction characters, at most 255 characters.

    It ends as the content does, so that no image is opened as a program: `order.exe` of a PNG is `order.exe.png`.
    """
    last = clean_line(given.replace("\\", "/").rpartition("/")[2])
    name = last.translate(_FORBIDDEN).strip(". ") or "attachment"
    missing = ending_of(media_type, name)
    stem, dot, ending = (name + missing).rpartition(".")
    return stem[: MAX_LENGTH - len(ending) - 1].rstrip(". ") + dot + ending
