"""How wide printed texts are, in points: enough to lay out columns of figures before anything is rendered.

The widths are those of Noto Sans, rounded up; what stands in another font is taken to be as wide as high.
"""

from collections.abc import Iterable, Sequence

BODY, GRAND = 9.0, 12.0  # sizes of the lines and of the total, in points
PAGE = 493.0  # between the margins of A4; Letter is a little wider
GAP = 14.0  # between columns
DESCRIPTION = 110.0  # what is left to the texts at least
_BOLD = 1.07
_LEAST_SCALE = 0.4
_EM: dict[str, float] = {
    **dict.fromkeys("0123456789", 0.573),
    **dict.fromkeys(",.:;'|", 0.29),
    **dict.fromkeys("-()/", 0.39),
    **dict.fromkeys("MWmw%@", 0.95),
    **dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZ", 0.72),
    **dict.fromkeys("abcdefghijklnopqrstuvxyz", 0.62),
    " ": 0.27,
}


def width(text: str, size: float = BODY, *, bold: bool = False) -> float:
    """The width of a line of text, in points."""
    return sum(_EM.get(letter, 1.0) for letter in text) * size * (_BOLD if bold else 1)


def widest(texts: Iterable[str]) -> float:
    """The width of the widest of the texts in the type of the lines."""
    return max(map(width, texts), default=0)


def fit(widths: Sequence[float]) -> tuple[list[float], float]:
    """The widths of columns of figures, each with the gap to its left, and the size of type in which they fit."""
    gaps = GAP * len(widths)
    room = PAGE - DESCRIPTION - gaps
    scale = min(1.0, max(_LEAST_SCALE, room / sum(widths))) if widths else 1.0
    return [each * scale + GAP for each in widths], BODY * scale
