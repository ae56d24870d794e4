"""What time and quantities make of quotes and orders, and what a valid line is: plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.money import decimals_of, minor_units
from sales.inputs import LineInput

ITEM_TYPES = ("goods", "service")
# Of LHDN's e-invoices: sales, service and tourism tax, those on high-value and low-value goods, none, exempt.
TAX_TYPES = ("01", "02", "03", "04", "05", "06", "E")
PRIORITIES = ("low", "normal", "high", "urgent")
MAX_LINES = 1000
MAX_UNIT = 20
MAX_REASON = 500
EARLIEST_YEAR = 1900
MAX_QUANTITY = Decimal(10) ** 12
LATER_ORDER_DATES = {
    "required_date": "Required date",
    "promised_date": "Promised date",
    "estimated_delivery": "Delivery date",
}
_OPEN_QUOTE_STATES = ("draft", "sent")
SHOWN_QUOTE_STATES = ("draft", "sent", "expired", "accepted", "converted", "declined", "cancelled")


def is_expired(status: str, valid_until: date, today: date) -> bool:
    """Whether an undecided quote is past its last valid day; it is valid through `valid_until`."""
    return status in _OPEN_QUOTE_STATES and valid_until < today


def was_entered_late(valid_until: date, entered: date) -> bool:
    """Whether a quote was a record of the past when it was made: its validity, which guards against a late yes, had
    ended on the day that it was `entered`."""
    return entered > valid_until


def check_accepted_on(day: date, quote_date: date, today: date) -> str | None:
    """The errors of the day on which a quote was accepted."""
    if day > today:
        return "Acceptance can't be in the future"
    return "Acceptance can't be before the quote date" if day < quote_date else None


def shown_quote_status(status: str, valid_until: date, today: date) -> str:
    """The status that people see: `expired` is never stored."""
    return "expired" if is_expired(status, valid_until, today) else status


def shown_order_status(status: str, has_shipped: bool) -> str:
    """The status that people see: `partial`, which is never stored, is a confirmed order of which something left."""
    return "partial" if status == "confirmed" and has_shipped else status


def watermark(status: str) -> str:
    """The watermark of a quote or order that was not sent as it is."""
    return {"draft": "Draft", "cancelled": "Cancelled"}.get(status, "")


def fulfillment_status(status: str, quantity: Decimal, shipped: Decimal) -> str:
    """How far an order is delivered, from the quantities of its goods: pending, partial, shipped or delivered.

    Of services alone nothing remains to be shipped once it is agreed.
    """
    if status == "delivered":
        return "delivered"
    if not quantity:
        return "shipped" if status in ("confirmed", "shipped") else "pending"
    if shipped <= 0:
        return "pending"
    return "shipped" if shipped >= quantity else "partial"


def rate_on(rates: Iterable[tuple[date, Decimal]], day: date) -> Decimal | None:
    """The rate, in percent, of the last (valid from, rate) that begins on or before `day`; None before the first."""
    begun = [pair for pair in rates if pair[0] <= day]
    return max(begun)[1] if begun else None


def check_line(line: LineInput, currency: str | None, *, has_item: bool) -> list[FieldError]:
    """The errors of one line by itself; without a currency all but its decimals."""
    description = text.clean_block(line.description or "")
    return [
        *field_error("quantity", _check_quantity(line.quantity)),
        *field_error("unit_price", _check_unit_price(line.unit_price, has_item=has_item)),
        *field_error("description", _check_description(description, has_item=has_item)),
        *field_error("unit", _check_unit(line.unit or "")),
        *field_error("type", _check_type(line.type)),
        *check_discount(line.discount_percent, line.discount_amount, currency),
        *field_error("notes", _check_line_notes(line.notes or "")),
    ]


def _check_quantity(quantity: Decimal | None) -> str | None:
    if quantity is None:
        return "Quantity is required"
    if not 0 < quantity < MAX_QUANTITY or decimals_of(quantity) > 6:
        return "Quantity must be above 0, with at most 6 decimals"
    return None


def _check_unit_price(price: Decimal | None, *, has_item: bool) -> str | None:
    if price is None:
        return None if has_item else "Unit price is required for a line without an item"
    if not 0 <= price < MAX_QUANTITY or decimals_of(price) > 6:
        return "Unit price must be 0 or more, with at most 6 decimals"
    return None


def _check_description(description: str, *, has_item: bool) -> str | None:
    if not description and not has_item:
        return "Description is required for a line without an item"
    return "Description can have at most 5000 characters" if len(description) > 5000 else None


def _check_unit(unit: str) -> str | None:
    too_long = len(text.clean_line(unit)) > MAX_UNIT
    return f"Unit can have at most {MAX_UNIT} characters" if too_long else None


def _check_type(item_type: str | None) -> str | None:
    is_wrong = item_type and item_type not in ITEM_TYPES
    return f"Type must be one of: {', '.join(ITEM_TYPES)}" if is_wrong else None


def _check_line_notes(notes: str) -> str | None:
    return "Notes can have at most 2000 characters" if len(notes) > 2000 else None


def check_discount(percent: Decimal | None, amount: Decimal | None, currency: str | None) -> list[FieldError]:
    """The errors of a line's discount: a percentage or an amount."""
    errors: list[FieldError] = []
    if percent is not None and (not 0 <= percent <= 100 or decimals_of(percent) > 4):
        message = "Discount must be between 0 and 100 percent, with at most 4 decimals"
        errors.append(FieldError(("discount_percent",), message))
    if amount is not None and amount < 0:
        errors.append(FieldError(("discount_amount",), "Discount must be 0 or more"))
    elif amount is not None and currency is not None and decimals_of(amount) > minor_units(currency):
        message = f"Discount can have at most {minor_units(currency)} decimals in {currency}"
        errors.append(FieldError(("discount_amount",), message))
    return errors


def check_amount(name: str, value: Decimal, currency: str) -> str | None:
    """The error of an amount that must not be negative and must fit its currency; None when it is fine."""
    if not 0 <= value < MAX_QUANTITY:
        return f"{name} must be 0 or more, below 1000000000000"
    if decimals_of(value) > minor_units(currency):
        return f"{name} can have at most {minor_units(currency)} decimals in {currency}"
    return None


def check_priority(value: str) -> str | None:
    """The error of an order's priority; None when it is fine."""
    return None if value in PRIORITIES else f"Priority must be one of: {', '.join(PRIORITIES)}"


def check_exchange_rate(value: Decimal) -> str | None:
    """The error of an exchange rate (company currency per unit); None when it is fine."""
    if not 0 < value < 10**9 or decimals_of(value) > 10:
        return "Exchange rate must be above 0, with at most 10 decimals"
    return None


def check_early_date(day: date) -> str | None:
    """The error of a date that can only be a slip, such as the year 24; None when it is fine."""
    return None if day.year >= EARLIEST_YEAR else f"Dates before {EARLIEST_YEAR} are not accepted"


def check_document_date(day: date, today: date) -> str | None:
    """The error of a document's own date that can only be a slip: long ago, or more than a year ahead."""
    if day > years_later(today, 1):
        return "Dates more than a year ahead are not accepted"
    return check_early_date(day)


def check_past_date(day: date, today: date) -> str | None:
    """The error of a date that something happened on; None when it is fine."""
    return "The date cannot be in the future" if day > today else check_early_date(day)


def check_shipped_on(day: date, order_date: date, today: date) -> str | None:
    """The error of the day on which something of an order left; None when it is fine."""
    if day < order_date:
        return f"The shipping date cannot be before the order date, {order_date}"
    return check_past_date(day, today)


def check_dates(first: date, second: date | None, first_name: str, second_label: str) -> str | None:
    """The error of a second date that lies before the first; None when it is fine."""
    if second is not None and second < first:
        return f"{second_label} cannot be before the {first_name}"
    return None


def check_quote_dates(quote_date: date, valid_until: date | None, today: date) -> list[FieldError]:
    """The errors of the dates of a quote."""
    return [
        *field_error("quote_date", check_document_date(quote_date, today)),
        *field_error("valid_until", check_dates(quote_date, valid_until, "quote date", "Valid until")),
    ]


def check_order_dates(order_date: date, later: Mapping[str, date | None], today: date) -> list[FieldError]:
    """The errors of an order's date, and of those in LATER_ORDER_DATES."""
    errors = field_error("order_date", check_document_date(order_date, today))
    for name, label in LATER_ORDER_DATES.items():
        errors += field_error(name, check_dates(order_date, later[name], "order date", label))
    return errors


def days_later(day: date, days: int) -> date:
    """The day so many `days` after `day`, or the calendar's last."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def years_later(day: date, years: int) -> date:
    """The same day so many `years` after `day`, before it where they are negative; 28 February for a 29th.

    Beyond the calendar its first or last day.
    """
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        return date.max if years > 0 else date.min
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
