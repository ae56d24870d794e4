"""What a statement covers, and how old the debts on it are."""

from datetime import date

# The age of a debt: from so many days past its due date on.
AGES = (("Not yet due", 0), ("1–30 days", 1), ("31–60 days", 31), ("61–90 days", 61), ("Over 90 days", 91))


def age_of(due_date: date, today: date) -> str:
    """The age of a debt, by its name among AGES."""
    late = (today - due_date).days
    return next(label for label, days in reversed(AGES) if late >= days or days == 0)


def check_span(first: date | None, last: date | None) -> str | None:
    """The error of the days of a statement; None when they are fine."""
    if first is not None and last is not None and first > last:
        return "The last day must not be before the first"
    return None
