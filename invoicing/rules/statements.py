"""What a statement covers."""

from datetime import date


def check_span(first: date | None, last: date | None) -> str | None:
    """The error of the days of a statement; None when they are fine."""
    if first is not None and last is not None and first > last:
        return "The last day must not be before the first"
    return None
