"""Text: names in the two spellings, and the folded form that search and sorting use."""

import re
import unicodedata

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z]+)")
_ACRONYMS = {"pdf": "PDF"}


def camel_case(name: str) -> str:
    """`unit_price` -> `unitPrice`, as names are on the wire."""
    head, *rest = name.split("_")
    return head + "".join(_ACRONYMS.get(word, word.title()) for word in rest)


def snake_case(name: str) -> str:
    """`unitPrice` -> `unit_price`."""
    return _HUMP.sub(r"_\1", name).lower()


def fold(text: str) -> str:
    """Without case, accents and doubled spaces: `Élan  Café` -> `elan cafe`."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(character for character in decomposed if not unicodedata.combining(character)).split())


def clean_line(text: str) -> str:
    """One line of text in NFC without control and text-direction characters, trimmed; tabs and newlines are spaces."""
    visible = "".join(c for c in text if c.isspace() or not _is_control(c))
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def clean_block(text: str) -> str:
    """Several lines of text, cleaned as `clean_line` does, with their line breaks kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", "".join(c for c in lines if c in "\n\t" or not _is_control(c))).strip()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in "‪‫‬‭‮⁦⁧⁨⁩"
