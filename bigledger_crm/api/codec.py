"""JSON with exact numbers, and limits on what a body may hold."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

MAX_BODY = 1024 * 1024
MAX_DEPTH = 32
MAX_VALUES = 20_000
MAX_NUMBER = 1000  # what a number may have here; every field has its own, much smaller limit
_TEXT_OR_NAME = re.compile(rb'"(?:[^"\\]|\\.)*+"(\s*:)?')


class MalformedJson(ValueError):
    """The body isn't JSON that this API takes; the message says why."""


class ExponentNumber(Decimal):
    """A number that was written with an exponent: exact, but refused by every numeric field."""


def _exact(written: str) -> Decimal:
    if len(written) > MAX_NUMBER:
        raise ValueError("a number is too long")
    try:
        return ExponentNumber(written) if "e" in written or "E" in written else Decimal(written)
    except InvalidOperation as error:
        raise ValueError("a number is too large") from error


_decoder = msgspec.json.Decoder(float_hook=_exact)
_encoder = msgspec.json.Encoder(decimal_format="number")
_sorting_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")


def decode(body: bytes) -> Any:
    """The value of a JSON body; numbers with a decimal point become Decimal.  Raises MalformedJson."""
    try:
        value = _decoder.decode(body)
    except RecursionError as error:
        raise MalformedJson("It is nested too deeply") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise MalformedJson(str(error)) from error
    except ArithmeticError as error:
        raise MalformedJson("A number is out of range") from error
    if _check(value) != sum(1 for colon in _TEXT_OR_NAME.findall(body) if colon):
        raise MalformedJson("A name appears twice in one object")
    return value


def canonical(body: bytes) -> bytes:
    """The same bytes for the same JSON, however it is spaced and ordered and its numbers are written: `1e2` is `100.0`.

    Raises MalformedJson.
    """
    return _sorting_encoder.encode(_plain(decode(body)))


def _plain(value: Any) -> Any:
    if isinstance(value, ExponentNumber) and abs(value.adjusted()) > MAX_NUMBER:
        return {"": str(value)}  # written out it could fill the memory
    if isinstance(value, Decimal):
        whole, _, decimals = f"{value:f}".partition(".")
        return Decimal(f"{whole}.{decimals}") if (decimals := decimals.rstrip("0")) else int(whole)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def encode(value: Any) -> bytes:
    """JSON of Structs, dicts, lists and exact Decimals."""
    return _encoder.encode(value)


def encode_sorted(value: Any) -> bytes:
    """The same JSON for the same value, whatever the order of its names: the database keeps its own."""
    return _sorting_encoder.encode(value)


def _check(value: Any) -> int:
    """Walks without recursion, so that no nesting can exhaust the stack; returns how many names there are."""
    level, depth, count, names = [value], 0, 0, 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise MalformedJson(f"It is nested more than {MAX_DEPTH} levels deep")
        below: list[Any] = []
        for part in level:
            if isinstance(part, str):
                _check_text(part)
            elif isinstance(part, dict):
                names += len(part)
                if names > MAX_VALUES:
                    raise MalformedJson(f"It contains more than {MAX_VALUES} values")
                for name in part:
                    _check_text(name)
                below.extend(part.values())
            elif isinstance(part, list):
                below.extend(part)
            elif isinstance(part, int) and not -(10**MAX_NUMBER) < part < 10**MAX_NUMBER:
                raise MalformedJson("A number is too long")
        count += len(below)
        if count > MAX_VALUES:
            raise MalformedJson(f"It contains more than {MAX_VALUES} values")
        level = below
    return names


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise MalformedJson("A string contains the character U+0000")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise MalformedJson("A string contains a lone surrogate")
