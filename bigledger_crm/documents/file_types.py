"""What a file is by its content, whatever its name or its sender say: the kinds that may be attached.

Images are opened by Pillow and office files by zipfile, which see more than a few magic bytes do.
"""

import codecs
import io
import re
import zipfile
import zlib

from PIL import Image

_IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OFFICE = {"word/document.xml": _WORD, "xl/workbook.xml": _SHEET}
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    _WORD: (".docx",),
    _SHEET: (".xlsx",),
    f"{_OPEN_DOCUMENT}text": (".odt",),
    f"{_OPEN_DOCUMENT}spreadsheet": (".ods",),
    "text/plain": (".txt", ".csv"),
}
_MAX_DIRECTORY = 256 * 1024  # of a zip file; an office file lists a few dozen parts
# The bytes of older encodings are told by their languages only: here they are letters of some kind.
_UNKNOWN = "latin-1"
_CONTROL_BYTE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_MARKUP_OR_SCRIPT = re.compile(r"\ufeff?\s*<|\ufeff?#!")


def type_of(content: bytes) -> str | None:
    """The media type of a file that may be attached, else None.  Text has a charset: `text/plain; charset=utf-8`."""
    if content.startswith(b"%PDF-"):
        return "application/pdf" if b"%%EOF" in content[-1024:] else None
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return _image_type(content) or _text_type(content)


def ending_of(media_type: str, filename: str) -> str:
    """The ending that a file's name needs to fit its content; empty where it fits."""
    endings = ENDINGS.get(media_type.partition(";")[0], ())
    return "" if not endings or filename.lower().endswith(endings) else endings[0]


def _image_type(content: bytes) -> str | None:
    try:
        with Image.open(io.BytesIO(content), formats=list(_IMAGES)) as image:
            image.verify()
            return _IMAGES[image.format or ""]
    except Exception:  # noqa: BLE001 Pillow raises many kinds for a broken file, and all mean the same
        return None


def _text_type(content: bytes) -> str | None:
    """Text in any encoding; which one it is, is said where it shows."""
    for charset in _charsets(content):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        control = _CONTROL_BYTE if charset == _UNKNOWN else _CONTROL
        # Browsers and shells take markup and scripts for programs.
        if not text.strip() or _MARKUP_OR_SCRIPT.match(text) or control.search(text):
            return None
        return "text/plain" if charset == _UNKNOWN else f"text/plain; charset={charset}"
    return None


def _charsets(content: bytes) -> list[str]:
    """The encodings that the bytes may be in, the surest first."""
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return [charset]
    if b"\x00" in content:  # of Latin letters in two bytes each, one is zero
        ends = {"utf-16-le": content[1::2], "utf-16-be": content[::2]}
        return [charset for charset, bytes_ in ends.items() if 2 * bytes_.count(0) > len(bytes_)]
    return ["iso-2022-jp"] if b"\x1b" in content else ["utf-8", _UNKNOWN]


def _office_type(content: bytes) -> str | None:
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or int.from_bytes(content[end + 12 : end + 16], "little") > _MAX_DIRECTORY:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            declared = archive.read("mimetype") if _is_small(archive, "mimetype") else b""
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) for name in names):
        return None  # it can run something
    if declared:
        return next((kind for kind in ENDINGS if kind.startswith(_OPEN_DOCUMENT) and declared == kind.encode()), None)
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for part, kind in _OFFICE.items() if part in names), None)


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.NameToInfo and archive.getinfo(name).file_size < 100
