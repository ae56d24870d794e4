"""CSV and XLSX: rows under a row of headings, read by the column profile that is kept for the account."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from invoicing.bank_files import cells
from invoicing.bank_files.encodings import decoded
from invoicing.bank_files.statement import (
    MAX_LINES,
    MAX_NAME,
    MAX_REFERENCE,
    Movement,
    Statement,
    StatementError,
    clean,
)

MAX_COLUMNS = 100
MAX_UNPACKED = 200 * 1024 * 1024
_LONGEST_FIELD = 131_072  # characters
_LOOKED_THROUGH = 40  # rows for the headings
_DELIMITERS = ",;\t|"

# What banks call their columns, in lower case; an account's own profile comes first.
HEADINGS: dict[str, tuple[str, ...]] = {
    "date": ("date", "transaction date", "posting date", "booking date", "trans date", "tarikh", "txn date", "日期"),
    "amount": ("amount", "transaction amount", "amaun", "jumlah", "金额"),
    "credit": ("credit", "credit amount", "deposit", "deposits", "money in", "paid in", "kredit", "贷方"),
    "debit": ("debit", "debit amount", "withdrawal", "withdrawals", "money out", "paid out", "借方"),
    "balance": ("balance", "running balance", "ledger balance", "baki", "余额"),
    "description": (
        *("description", "transaction description", "details", "particulars", "narrative", "keterangan"),
        "摘要",
    ),
    "reference": (
        *("reference", "customer reference", "payment reference", "recipient reference", "reference no", "ref no"),
        "rujukan",
    ),
    "counterparty": ("name", "payer", "payee", "counterparty", "sender", "beneficiary", "nama"),
    "transaction_id": ("transaction id", "bank reference"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How the tables of an account are to be read.

    `columns` names the heading of each fact of HEADINGS that is called otherwise; `date_format` is one of
    cells.DATE_FORMATS, "" for day before month; `reverse_signs` is for tables in which money that comes in is negative.
    """

    columns: dict[str, str] = field(default_factory=dict)
    date_format: str = ""
    decimal_separator: str = "."
    reverse_signs: bool = False


def read_csv(content: bytes, profile: Profile) -> list[Statement]:
    """The statement of a file.  Raises StatementError."""
    text = decoded(content)
    sample = "\n".join(text.splitlines()[:_LOOKED_THROUGH])
    delimiter = max(_DELIMITERS, key=sample.count)
    rows: list[list[object]] = []
    csv.field_size_limit(_LONGEST_FIELD)  # one for the whole process
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    places: list[int] = []
    try:
        for row in reader:
            rows.append(list(row))
            places.append(reader.line_num)
            _limit(len(rows), len(row), reader.line_num)
    except csv.Error as error:
        raise StatementError(f"This row cannot be read: {error}", reader.line_num) from None
    return [_statement("csv", list(zip(places, rows, strict=True)), profile)]


def read_xlsx(content: bytes, profile: Profile) -> list[Statement]:
    """The statement on the first sheet with rows; formulas are what they came to, or text.  Raises StatementError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise StatementError("This workbook unpacks to more than any statement needs")
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = (workbook.get_sheet_by_name(name) for name in workbook.sheet_names)
        for sheet in sheets:
            if sheet.total_height:
                _limit(sheet.total_height, sheet.total_width, 0)
                return [_statement("xlsx", list(enumerate(sheet.to_python(), start=1)), profile)]
    except StatementError:
        raise
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise StatementError(f"This workbook cannot be opened: {clean(str(error), 200)}") from None
    raise StatementError("This workbook is empty")


def _limit(rows: int, columns: int, line: int) -> None:
    if rows > MAX_LINES:
        raise StatementError(f"The file has more than {MAX_LINES} lines")
    if columns > MAX_COLUMNS:
        raise StatementError(f"There are more than {MAX_COLUMNS} columns", line)


def _statement(kind: str, rows: Sequence[tuple[int, Sequence[object]]], profile: Profile) -> Statement:
    start, places = _headings(rows, profile)
    found = [
        (line, _Row(line, row, places, profile))
        for line, row in rows[start + 1 :]
        if any(clean(str(cell)) for cell in row)
    ]
    kept = [one for _, one in found if one.is_movement]
    movements = [one.movement() for one in kept]
    balances = [one.balance() for one in kept]
    if len(movements) > 1 and _newest_first(movements, balances):
        movements.reverse()
        balances.reverse()
    _check_balances(movements, balances)
    opening = closing = None
    if movements and balances[0] is not None and balances[-1] is not None:
        opening, closing = balances[0] - movements[0].amount, balances[-1]
    return Statement(format=kind, opening=opening, closing=closing, movements=tuple(movements))


def _headings(rows: Iterable[tuple[int, Sequence[object]]], profile: Profile) -> tuple[int, dict[str, int]]:
    """Which row has the headings, and in which column each fact is.  Raises StatementError that says what was found."""
    best: list[str] = []
    for start, (_, row) in enumerate(rows):
        if start == _LOOKED_THROUGH:
            break
        names = [clean(str(cell), 100).casefold() for cell in row]
        places = _places(names, profile)
        if "date" in places and ("amount" in places or {"credit", "debit"} & places.keys()):
            return start, places
        if sum(map(bool, names)) > sum(map(bool, best)):
            best = names
    wanted = ", ".join(f"“{name}”" for name in profile.columns.values()) or "a date and an amount (or debit and credit)"
    seen = ", ".join(f"“{name}”" for name in best if name)[:500] or "nothing"
    raise StatementError(f"No row has headings for {wanted}. Found: {seen}. Name the columns in the account's profile")


def _places(names: Sequence[str], profile: Profile) -> dict[str, int]:
    places = {}
    for fact, usual in HEADINGS.items():
        own = profile.columns.get(fact, "")
        wanted = (own.casefold(),) if own else usual
        # Where a profile names any columns, those that it leaves out aren't guessed.
        if own or not profile.columns:
            place = next((names.index(name) for name in wanted if name in names), None)
            if place is not None:
                places[fact] = place
    return places


class _Row:
    """A row below the headings."""

    def __init__(self, line: int, row: Sequence[object], places: dict[str, int], profile: Profile) -> None:
        self.line, self.row, self.places, self.profile = line, row, places, profile

    def cell(self, fact: str) -> object:
        place = self.places.get(fact)
        return self.row[place] if place is not None and place < len(self.row) else ""

    def text(self, fact: str, longest: int = 2000) -> str:
        value = self.cell(fact)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return clean(str(value), longest)

    @property
    def is_movement(self) -> bool:
        """Whether it has an amount and a date: sums and notes below the table have not."""
        has_amount = any(self.text(fact) for fact in ("amount", "credit", "debit"))
        return has_amount and bool(self.text("date"))

    def movement(self) -> Movement:
        """What the row says.  Raises StatementError."""
        return Movement(
            booking_date=self.day(),
            amount=-self.amount() if self.profile.reverse_signs else self.amount(),
            description=self.text("description"),
            bank_reference=self.text("transaction_id", MAX_REFERENCE),
            reference=self.text("reference", MAX_REFERENCE),
            counterparty_name=self.text("counterparty", MAX_NAME),
            line=self.line,
        )

    def day(self) -> date:
        value = self.cell("date")
        if isinstance(value, datetime):
            return cells.likely(value.date(), self.line, "date")
        if isinstance(value, date):
            return cells.likely(value, self.line, "date")
        return cells.read_day(str(value), self.profile.date_format, self.line)

    def amount(self) -> Decimal:
        """One signed column, or what came in less what went out, whose signs banks write either way."""
        if "amount" in self.places and self.text("amount"):
            return self.number("amount")
        credit, debit = (abs(self.number(fact)) if self.text(fact) else Decimal(0) for fact in ("credit", "debit"))
        if credit and debit:
            raise StatementError("A line has both a debit and a credit", self.line)
        return credit - debit

    def balance(self) -> Decimal | None:
        return self.number("balance") if self.text("balance") else None

    def number(self, fact: str) -> Decimal:
        return cells.read_amount(self.cell(fact), self.profile.decimal_separator, self.line, fact)


def _newest_first(movements: Sequence[Movement], balances: Sequence[Decimal | None]) -> bool:
    """Whether the table runs back in time: by its days, and within one day by its balances."""
    if movements[0].booking_date != movements[-1].booking_date:
        return movements[0].booking_date > movements[-1].booking_date
    first, second = balances[0], balances[1]
    return None not in (first, second) and first is not None and first - movements[0].amount == second


def _check_balances(movements: Sequence[Movement], balances: Sequence[Decimal | None]) -> None:
    """Raises StatementError at the first line whose balance isn't the one before with its amount."""
    before: Decimal | None = None
    for movement, balance in zip(movements, balances, strict=True):
        if before is not None and balance is not None and before + movement.amount != balance:
            wanted = before + movement.amount
            raise StatementError(f"The balance is {balance}, but should be {wanted}", movement.line, "balance")
        before = balance
