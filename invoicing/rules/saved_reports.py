"""Saved reports: their limits, and when they are due to be sent."""

from calendar import monthrange
from datetime import date, timedelta

LONGEST_NAME = 60
MOST_SAVED = 50  # of each person
MOST_ON_HOME = 4  # each is computed when Home is opened
MOST_RECIPIENTS = 20
# How often reports are sent, and the last of the days that can be chosen: of a week from Monday, of a month.
SENDS = {"weekly": 7, "monthly": 31}
FILE_FORMATS = ("pdf", "xlsx")


def check_send_day(sends: str, send_day: int | None) -> str | None:
    """What is wrong with the day on which a report is sent."""
    last = SENDS.get(sends)
    if last is None:
        return "Must be given for weekly and monthly reports only" if send_day is not None else None
    return None if send_day is not None and 1 <= send_day <= last else f"Must be from 1 to {last}"


def last_due_day(sends: str, send_day: int, today: date) -> date:
    """The latest day, today or before, on which a report was due: in a month without that day its last one."""
    if sends == "weekly":
        return today - timedelta(days=(today.isoweekday() - send_day) % 7)
    due = _day_in_month(today, send_day)
    return due if due <= today else _day_in_month(today.replace(day=1) - timedelta(days=1), send_day)


def _day_in_month(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
