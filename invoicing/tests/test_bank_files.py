"""Statement files of banks, with the mistakes that banks make, and files that mean harm."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from invoicing.bank_files.cells import read_amount, read_day
from invoicing.bank_files.reading import read_statements
from invoicing.bank_files.statement import (
    Movement,
    OtherAccount,
    Statement,
    StatementError,
    joined,
    of_account,
    settled,
)
from invoicing.bank_files.tables import Profile

FILES = Path(__file__).parent / "statements"
D = Decimal
PLAIN = Profile()


def file(name: str) -> bytes:
    return (FILES / name).read_bytes()


def read(content: bytes, profile: Profile = PLAIN) -> Statement:
    return settled(joined(read_statements(content, profile)))


def amounts(statement: Statement) -> list[str]:
    return [f"{movement.amount:f}" for movement in statement.movements]


def workbook(rows: Sequence[Sequence[object]], **options: object) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy", **options}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return out.getvalue()


class TestFormats:
    def test_camt(self) -> None:
        found = read(file("camt053.xml"))
        assert (found.format, found.account, found.currency, found.number) == (
            "camt",
            "DE89370400440532013000",
            "EUR",
            "11",
        )
        assert (found.opening, found.closing, found.adds_up) == (D("1000.00"), D("3855.10"), True)
        assert amounts(found) == ["2567.50", "100.00", "200.10", "-12.50"]  # the one that is pending is none yet
        first, part, _, fee = found.movements
        assert (first.booking_date, first.value_date) == (date(2024, 11, 2), date(2024, 11, 3))
        assert (first.bank_reference, first.reference) == ("BANK-1", "RF17INV20240001")
        assert (first.counterparty_name, first.counterparty_account) == (
            "Müller & Söhne GmbH",
            "DE33100205000001194700",
        )
        assert first.description == "Rechnung INV-2024-0001 vom 15.01.2024"
        assert (part.bank_reference, part.description, fee.description) == ("BATCH-7/1", "A", "Account fee")
        assert first.line == 10

    def test_a_notification_has_no_balances(self) -> None:
        text = file("camt053.xml").replace(b"camt.053", b"camt.054").replace(b"<Stmt>", b"<Ntfctn>")
        text = text.replace(b"</Stmt>", b"</Ntfctn>")
        head, _, rest = text.partition(b"<Bal>")
        found = read(head + rest[rest.rindex(b"</Bal>") + 6 :])
        assert (found.opening, found.closing, found.adds_up, len(found.movements)) == (None, None, True, 4)
        assert [one.identity for one in found.movements] == [
            one.identity for one in read(file("camt053.xml")).movements
        ]

    def test_mt940(self) -> None:
        found = read(file("mt940.sta"))
        assert (found.account, found.currency, found.number) == ("MBBEMYKL/514012345678", "MYR", "00013")
        assert (found.opening, found.closing, found.adds_up) == (D(1000), D(3531), True)
        assert amounts(found) == ["2567.50", "-40.00", "15.00", "-12.50", "1.00"]  # RC and RD take back
        first, _, third, fourth, _ = found.movements
        assert (
            first.description == "PAYMENT FOR INVOICE RF17INV20240001 THANK YOU"
        )  # its reference is broken over two parts
        assert (first.reference, first.bank_reference) == ("RF17INV20240001", "BANKREF1")
        assert (first.counterparty_name, first.counterparty_account) == ("ACME CORPORATION SDN BHD", "514000111222")
        assert third.description == "REVERSAL OF A CHARGE THAT WAS MISTAKEN"
        assert (fourth.reference, fourth.bank_reference, fourth.line) == ("", "", 12)

    def test_ofx(self) -> None:
        found = read(file("sgml.ofx"))
        assert (found.account, found.currency, found.opening, found.closing) == (
            "514012345678",
            "MYR",
            None,
            D("3560.00"),
        )
        # Money that went out without its sign; a line that stands twice; another line under the same FITID.
        assert amounts(found) == ["2567.50", "-12.50", "5.00"]
        assert [one.counterparty_name for one in found.movements][2] == "CAFÉ S"
        assert found.movements[0].description == "RF17INV20240001"

    def test_csv_in_latin_1_with_decimal_commas(self) -> None:
        columns = {"date": "Datum", "amount": "Betrag", "description": "Verwendungszweck"}
        columns |= {"counterparty": "Name", "balance": "saldo"}
        found = read(file("latin1.csv"), Profile(columns=columns, decimal_separator=","))
        assert amounts(found) == ["2567.50", "-12.50"]
        assert (found.opening, found.closing) == (D("1000.00"), D("3555.00"))
        assert found.movements[0].counterparty_name == "Müller & Söhne"
        assert found.movements[0].description == "Rechnung INV-2024-0001, RF17INV2 0240001"
        assert found.movements[1].line == 7

    def test_csv_with_the_newest_first_and_two_columns(self) -> None:
        found = read(file("newest_first.csv"))
        assert amounts(found) == ["2567.50", "-12.50", "10.00", "10.00"]
        assert (found.opening, found.closing) == (D("1000.00"), D("3575.00"))
        assert found.movements[0].description == '=HYPERLINK("http://x") RF17INV20240001'
        assert len({one.identity for one in found.movements}) == 4

    def test_xlsx(self) -> None:
        rows: list[list[object]] = [
            ["Statement of account"],
            ["Date", "Description", "Amount", "Reference"],
            [datetime(2024, 11, 2), "=1+1", 2567.5, 12345.0],  # noqa: DTZ001 of a workbook
            ["03/11/2024", "Charge", "-12.50", ""],
            ["", "Total", 2555, ""],
        ]
        found = read(workbook(rows, strings_to_formulas=False))
        assert amounts(found) == ["2567.5", "-12.50"]
        assert (found.movements[0].description, found.movements[0].reference) == ("=1+1", "12345")
        formula = read(workbook(rows)).movements[0]
        assert formula.description in ("0", "2", "")  # what it came to, never a formula

    def test_signs_can_be_the_other_way_round(self) -> None:
        text = b"Date,Amount\n2024-11-02,-10.00\n"
        assert amounts(read(text, Profile(reverse_signs=True))) == ["10.00"]


class TestIdentities:
    def test_the_same_and_an_overlapping_file_have_the_same(self) -> None:
        rows = [b"02/11/2024,A,1.00", b"02/11/2024,A,1.00", b"03/11/2024,B,2.00", b"04/11/2024,C,3.00"]
        first, second = (b"Date,Description,Amount\n" + b"\n".join(part) for part in (rows[:3], rows[1:]))
        before, after = read(first).movements, read(second).movements
        assert len({one.identity for one in before}) == 3
        # The one of the second day and one of two alike are known, the third day's is new.
        assert {one.identity for one in after} - {one.identity for one in before} == {after[-1].identity}

    def test_a_movement_that_the_balances_count_twice_is_there_twice(self) -> None:
        one = Movement(booking_date=date(2024, 1, 2), amount=D(5), bank_reference="X")
        twice = Statement(format="camt", opening=D(0), closing=D(10), movements=(one, one))
        assert len(settled(twice).movements) == 2
        once = Statement(format="camt", opening=D(0), closing=D(5), movements=(one, one))
        assert (len(settled(once).movements), settled(once).adds_up) == (1, True)
        assert settled(twice).movements[0] == settled(once).movements[0]

    def test_what_does_not_add_up(self) -> None:
        assert not read(file("camt053.xml").replace(b">12.50<", b">12.51<")).adds_up

    def test_a_missing_statement_between_two(self) -> None:
        broken = file("mt940.sta").replace(b":60F:C241103MYR3530,00", b":60F:C241103MYR3529,00")
        with pytest.raises(StatementError, match="a statement is missing between"):
            read(broken)


def test_whose_statement_it_is() -> None:
    statements = read_statements(file("mt940.sta"), PLAIN)
    assert len(of_account(statements, "5140 1234 5678")) == len(of_account(statements, "", "")) == 2
    with pytest.raises(OtherAccount, match="of account MBBEMYKL/514012345678"):
        of_account(statements, "514099999999")
    two = [Statement(format="camt", account="A1"), Statement(format="camt", account="B1")]
    with pytest.raises(StatementError, match="several accounts"):
        of_account(two)


AMOUNTS = {
    "1,234.56": "1234.56",
    "(12.50)": "-12.50",
    "12.50-": "-12.50",
    "RM 1,000.00": "1000.00",
    "5.00 DR": "-5.00",
    "5.00 CR": "5.00",
    "−7": "-7",
    "MYR 8.10": "8.10",
    "8.10 MYR": "8.10",
    "1'000.25": "1000.25",
}
DAYS = {
    **dict.fromkeys(("2024-11-02", "02/11/2024", "2-11-2024", "02.11.2024", "02 Nov 2024", "20241102"), ""),
    "02-Nov-2024 10:15": "",
    "2024-11-02T10:15:00Z": "",
    "11/02/2024": "MM/DD/YYYY",
    "02/11/24": "DD/MM/YY",
}


def test_amounts_as_people_write_them() -> None:
    assert {text: f"{read_amount(text, '.', 1, 'amount'):f}" for text in AMOUNTS} == AMOUNTS
    for wrong in ("+3", "1,5", "12,34.50", "1.2.3", "", "()", "--5", "٣"):
        with pytest.raises(StatementError):
            read_amount(wrong, ".", 1, "amount")


def test_days_as_people_write_them() -> None:
    assert {read_day(text, date_format, 1) for text, date_format in DAYS.items()} == {date(2024, 11, 2)}
