"""Text: names in the two spellings, and the folded form that search and sorting use."""

import re
import unicodedata
from functools import lru_cache

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z]+)")
_ACRONYMS = {"pdf": "PDF"}

# What Unicode takes for letters of their own, and what stands for an apostrophe or a hyphen.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("'’‘‛`´ʼʻʹʽ′＇", "")
    | dict.fromkeys("‐‑‒–—―−", "-")
)


@lru_cache(maxsize=4096)
def camel_case(name: str) -> str:
    """`unit_price` -> `unitPrice`, as names are in JSON."""
    head, *rest = name.split("_")
    return head + "".join(_ACRONYMS.get(word, word.title()) for word in rest)


def snake_case(name: str) -> str:
    """`unitPrice` -> `unit_price`."""
    return _HUMP.sub(r"_\1", name).lower()


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    return text if not text or text.endswith((".", "!", "?", "…", "。")) else f"{text}."


def fold(text: str) -> str:
    """Without case, accents, apostrophes and doubled spaces, as one types on any keyboard: `Łódź  O’Brien` -> `lodz
    obrien`."""
    if text.isascii():  # most texts, many times an hour
        return " ".join(text.translate(_PLAIN).lower().split())
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(_PLAIN)).casefold())
    plain = decomposed.translate(_PLAIN)
    return " ".join("".join(character for character in plain if not unicodedata.combining(character)).split())


def clean_line(text: str) -> str:
    """One line of text in NFC without what can't be seen, trimmed; tabs and newlines are spaces.

    Nothing is left of a text that shows nothing.
    """
    seen = text if text.isascii() else _without(_INVISIBLE, text)
    visible = _CONTROLS.sub("", seen)
    return _if_shown(unicodedata.normalize("NFC", " ".join(visible.split())))


def clean_block(text: str) -> str:
    """Several lines of text, cleaned as `clean_line` does; line breaks and single marks of direction are kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = lines if lines.isascii() else _without(_INVISIBLE_IN_BLOCKS, lines)
    return _if_shown(unicodedata.normalize("NFC", _CONTROLS_IN_BLOCKS.sub("", seen)).strip())


# The category Cc; in lines without those of it that are spaces, in blocks without line breaks and tabs.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_CONTROLS_IN_BLOCKS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What takes no place in print: soft hyphens, zero-width spaces, fillers, tags, and marks that reorder what is beside.
# Variation selectors stay: they choose a form of the letter before them.
_HIDDEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_INVISIBLE_IN_BLOCKS = re.compile(f"[{_HIDDEN}]")
_INVISIBLE = re.compile(f"[{_HIDDEN}\u061c\u200e\u200f]")
_JOINERS = re.compile("(.?)([\u200c\u200d]+)(?=(.?))", re.DOTALL)
_SHOWS_NOTHING = re.compile("[\\s\u180b-\u180f\u200c-\u200f\u061c\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
_VIRAMA = 9  # the combining class of the signs that join letters of Indian scripts
_CURSIVE = ("ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "MANDAIC")


def _without(invisible: re.Pattern[str], text: str) -> str:
    return _JOINERS.sub(_kept_joiner, invisible.sub("", text))


def _kept_joiner(found: re.Match[str]) -> str:
    """Zero-width joiners and non-joiners belong to some scripts and to emoji; anywhere else they only hide."""
    before, joiners, after = found.groups()
    return before + (joiners[0] if _joins(before, joiners[0], after) else "")


def _joins(before: str, joiner: str, after: str) -> bool:
    if not before or not after:
        return bool(before) and unicodedata.combining(before) == _VIRAMA
    if _VIRAMA in (unicodedata.combining(before), unicodedata.combining(after)):
        return True
    if joiner == "\u200d" and unicodedata.category(after) == "So":
        return unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f"
    return all(unicodedata.name(one, "").startswith(_CURSIVE) for one in (before, after))


def _if_shown(text: str) -> str:
    return "" if _SHOWS_NOTHING.fullmatch(text) else text
