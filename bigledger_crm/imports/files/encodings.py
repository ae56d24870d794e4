"""Bytes of texts into texts, in the encoding that they have or that somebody names."""

import codecs

from charset_normalizer import from_bytes

from bigledger_crm.imports.files.contents import FileError

# The names of those that can be chosen, with what Python calls them.
ENCODINGS = {
    "UTF-8": "utf-8-sig",
    "UTF-16": "utf-16",
    "Windows-1252": "cp1252",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
    "ISO-8859-1": "latin-1",
    "ISO-8859-15": "iso8859-15",
    "GB18030": "gb18030",
    "Big5": "big5",
    "Shift JIS": "shift_jis",
    "Mac Roman": "mac_roman",
}
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_GUESSED = ("cp1252", "cp1250", "cp1251", "gb18030", "big5", "shift_jis")
_LOOKED_AT = 256 * 1024


def decoded(content: bytes, wanted: str = "") -> tuple[str, str]:
    """The text of a file and the name of its encoding.  Raises FileError for what is no text in it."""
    name = wanted or _found(content)
    if name not in ENCODINGS:
        raise FileError(f"The encoding must be one of: {', '.join(ENCODINGS)}")
    try:
        text = content.decode(_variant(content, ENCODINGS[name]))
    except UnicodeError:
        raise FileError(f"The characters of this file cannot be read as {name}. Choose another encoding") from None
    if "\x00" in text[:_LOOKED_AT]:
        raise FileError("This is not a text file")
    return text, name


def _found(content: bytes) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _guessed(content)
    return "UTF-16" if _has_every_second_zero(text[:200].encode()) else "UTF-8"


def _guessed(content: bytes) -> str:
    """The most likely of the older encodings; nobody can be sure, so people are shown it."""
    if _has_every_second_zero(content[:200]):
        return "UTF-16"
    sample = content[: content.rfind(b"\n", 0, _LOOKED_AT) + 1] or content[:_LOOKED_AT]
    best = from_bytes(sample, cp_isolation=list(_GUESSED)).best()
    if best is None or sample.decode("cp1252", "replace") == str(best):  # the most usual of those that say the same
        return "Windows-1252"
    by_codec = {codecs.lookup(codec).name: name for name, codec in ENCODINGS.items()}
    return by_codec.get(codecs.lookup(best.encoding).name, "Windows-1252")


def _has_every_second_zero(head: bytes) -> bool:
    """Whether a text looks like UTF-16 without its mark."""
    return len(head) > 3 and max(head[::2].count(0), head[1::2].count(0)) > len(head) // 2 * 0.7


def _variant(content: bytes, codec: str) -> str:
    """UTF-16 without a mark: which byte comes first."""
    if codec != "utf-16" or content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return codec
    return "utf-16-be" if content[:200:2].count(0) > content[1:200:2].count(0) else "utf-16-le"
