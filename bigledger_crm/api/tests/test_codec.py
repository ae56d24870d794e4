"""JSON in and out: exact numbers, and limits."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.api import responses
from bigledger_crm.api.codec import MAX_BODY, MalformedJson, canonical, decode, encode
from bigledger_crm.testing.cpu import least_work


@pytest.mark.parametrize("text", ["0.1", "12345678901234.99", "0.000001", "100", "-5", "1.50", "0.00", "9.975"])
def test_numbers_are_exact_both_ways(text: str) -> None:
    assert encode(decode(text.encode())) == text.encode()


def test_names_and_nesting_come_through() -> None:
    body = b'{"a":[1,{"b":null,"c":true}],"d":"\xc3\xa9 \xf0\x9f\x98\x80"}'
    assert encode(decode(body)) == body


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (responses.amount(Decimal("1E+5"), "MYR"), b"100000.00"),
        (responses.amount(Decimal("2567.5"), "MYR"), b"2567.50"),
        (responses.amount(Decimal("2567.5"), "JPY"), b"2568"),
        (responses.amount(Decimal("2567.5"), "KWD"), b"2567.500"),
        (responses.amount(Decimal("-0.001"), "MYR"), b"0.00"),
        (responses.amount(Decimal("0E-10"), "MYR"), b"0.00"),
        (responses.percent(Decimal("6.0000")), b"6.0"),
        (responses.percent(Decimal("9.9750")), b"9.975"),
        (responses.percent(Decimal("0.0000000000")), b"0.0"),
        (responses.percent(Decimal("0.0000000001")), b"0.0000000001"),
        (responses.percent(Decimal("1E+2")), b"100.0"),
        (responses.quantity(Decimal("100.000000")), b"100"),
        (responses.quantity(Decimal("0.350000")), b"0.35"),
        (responses.quantity(Decimal("0E-6")), b"0"),
        (responses.quantity(Decimal("0.000001")), b"0.000001"),
        (responses.quantity(Decimal("1E+3")), b"1000"),
    ],
)
def test_every_number_is_written_out(value: Decimal, written: bytes) -> None:
    assert encode(value) == written


HOSTILE = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and open": b"[" * 100_000,
    "a little too deep": b"[" * 33 + b"]" * 33,
    "many keys": b"{" + b",".join(b'"%x":1' % number for number in range(100_000)) + b"}",
    "many values": b"[" + b"1," * 100_000 + b"1]",
    "NUL": b'{"name":"a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000b":1}',
    "raw control character": b'{"name":"a\x00b"}',
    "lone surrogate": b'{"name":"\\ud800"}',
    "lone surrogate before text": b'{"name":"\\ud800abcdef"}',
    "lone low surrogate": b'{"name":"\\udc00"}',
    "long whole number": b"9" * 5_000,
    "long negative number": b"-" + b"9" * 5_000,
    "long decimals": b"0." + b"9" * 5_000,
    "huge exponent": b"1e999999999999999999999",
    "not UTF-8": b'{"name":"\xff\xfe"}',
    "UTF-16": '{"name":1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"name":"x"}',
    "nothing": b"",
    "space": b" \n",
    "NaN": b'{"amount":NaN}',
    "Infinity": b'{"amount":-Infinity}',
    "leading zero": b'{"amount":01}',
    "comment": b'{"amount":1} // one',
    "two values": b"{}{}",
    "trailing comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "name twice": b'{"amount":1,"amount":2}',
    "name twice, escaped": b'{"amount":1,"\\u0061mount":2}',
    "name twice below": b'{"a":{"b":1,"b":1}}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bodies_are_refused_at_once(body: bytes) -> None:
    def refuse() -> None:
        with pytest.raises(MalformedJson) as refusal:
            decode(body)
        assert str(refusal.value)

    assert least_work(refuse, 0.1) < 0.1


def test_a_body_of_the_full_size_is_read_at_once() -> None:
    body = b'{"name":"' + b"\\u00e9" * ((MAX_BODY - 20) // 6) + b'"}'
    assert len(decode(body)["name"]) == (MAX_BODY - 20) // 6
    assert least_work(lambda: decode(body), 0.1) < 0.1


@pytest.mark.parametrize(
    "value", [{"a": 1, "b": {"a": 2}}, {"a:": "b:", '"c"': ':"'}, {"\\": "\\\\", "é": ":"}, ["a", ":", {"": ""}], "a:"]
)
def test_names_are_counted_whatever_they_hold(value: Any) -> None:
    assert decode(encode(value)) == value


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert decode(b'"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize("same", [["1e2", "100", "1.0E+2", "100.00"], ["-2.5e-3", "-0.0025"], ["0e5", "0", "0.0"]])
def test_a_number_is_the_same_however_it_is_written(same: list[str]) -> None:
    assert len({canonical(number.encode()) for number in same}) == 1


def test_a_number_too_long_to_be_written_out_is_only_like_itself() -> None:
    assert canonical(b"1e99999999") == canonical(b"1E99999999") != canonical(b"1e99999998")
