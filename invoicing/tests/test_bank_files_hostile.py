"""Statement files that can't be read or mean harm: what is told, and that nothing else breaks."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing.bank_files import isolated, tables
from invoicing.bank_files.reading import read_statements
from invoicing.bank_files.statement import StatementError
from invoicing.tests.test_bank_files import PLAIN, file, read


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "No row has headings for a date and an amount .* Found: “hello”"),
        (b"Date,Amount\n2024-11-02,ten\n", "Line 2, column “amount”: “ten” is not an amount"),
        (b"Date,Amount\n11/25/2024,1\n", "Line 2, column “date”: “11/25/2024” is not a date"),
        (b"Date,Amount\n2024-02-30,1\n", "Line 2, column “date”"),
        (b"Date,Amount\n0999-02-01,1\n", "cannot be the date of a transaction"),
        (b'Date,Amount\n2024-11-02,"1,5"\n', "if decimals follow a comma, say so"),
        (b"Date,Debit,Credit\n2024-11-02,1,2\n", "has both a debit and a credit"),
        (
            b"Date,Amount,Balance\n2024-11-02,1,1\n2024-11-03,1,3\n",
            "Line 3, column “balance”: The balance is 3, but should be 2",
        ),
        (b"Date,Amount\n" + b"2024-11-02,1\n" * 50_001, "more than 50000 lines"),
        (b"," * 200 + b"\n", "more than 100 columns"),
        (b"Date,Amount\x00\n", "not a text file"),
        (b"Date,Amount\n" + b'"' + b"x" * 200_000, "field larger than field limit"),
        (b"<html><body>Sign in</body></html>", "not camt.052"),
        (b"<Document><BkToCstmrStmt>", "The XML is broken"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document>&a;</Document>', "document type"),
        (b"<Document><Stmt><Ntry><Amt Ccy='EUR'>1</Amt></Ntry></Stmt></Document>", "CRDT or DBIT is missing"),
        (
            b"<Document><Stmt><Ntry><Amt>NaN</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry></Stmt></Document>",
            "“NaN” is not an amount",
        ),
        (b":20:A\n:25:B\n:61:24XX02C1,00NTRF\n", "Line 3"),
        (b"OFXHEADER:100\n\n<OFX></OFX>", "OFX"),
        (b"PK\x03\x04" + b"x" * 100, "cannot be opened"),
        (b"\xff\xfeD", "characters of this file cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(content: bytes, message: str) -> None:
    with pytest.raises(StatementError, match=message):
        read(content)


def test_no_entity_is_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<!DOCTYPE d [<!ENTITY e0 "x">{bomb}]><Document><Stmt><Id>&e8;</Id></Stmt></Document>'
    with pytest.raises(StatementError, match=r"document type|XML is broken"):
        read(text.encode())


def test_a_bomb_of_a_workbook_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (tables.MAX_UNPACKED + 1))
    with pytest.raises(StatementError, match="unpacks to more"):
        read(out.getvalue())


class TestProcess:
    def test_it_says_the_same(self) -> None:
        for name in ("camt053.xml", "mt940.sta", "sgml.ofx", "newest_first.csv"):
            assert list(isolated.read_isolated(file(name), PLAIN)) == read_statements(file(name), PLAIN)

    def test_it_tells_what_is_wrong(self) -> None:
        with pytest.raises(StatementError, match="“hello”"):
            isolated.read_isolated(b"hello", PLAIN)

    @pytest.mark.parametrize("harm", ["bytearray(8 << 30)", "[0 for _ in iter(int, 1)]", "__import__('os').abort()"])
    def test_what_breaks_it_breaks_nothing_else(self, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
        limits = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28)); "
        monkeypatch.setattr(isolated, "_START", limits + harm + " # {root}")
        with pytest.raises(StatementError, match="more time or memory"):
            isolated.read_isolated(b"", PLAIN)

    def test_a_file_that_takes_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(isolated, "_START", "import signal; signal.pause() # {root}")
        monkeypatch.setattr(isolated, "SECONDS", 1)
        with pytest.raises(StatementError, match="more time or memory"):
            isolated.read_isolated(b"", PLAIN)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300)
    | st.builds(
        lambda name, place, more: file(name)[:place] + more + file(name)[place + len(more) :],
        st.sampled_from(["camt053.xml", "mt940.sta", "sgml.ofx", "latin1.csv", "newest_first.csv"]),
        st.integers(0, 3000),
        st.binary(min_size=1, max_size=8),
    )
)
def test_any_file_is_read_or_refused_in_words(content: bytes) -> None:
    try:
        statement = read(content)
    except StatementError as error:
        said = str(error)
    else:
        said = statement.format
    assert said.isprintable()
