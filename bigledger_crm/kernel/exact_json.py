"""JSON columns that give back every number as it came: decimals stay Decimal instead of becoming binary floats."""

import json
from decimal import Decimal
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")


class ExactEncoder(json.JSONEncoder):
    """Writes Decimal as a JSON number with all its digits."""

    def encode(self, o: Any) -> str:
        """The JSON of a value."""
        return _encoder.encode(o).decode()


class ExactDecoder(json.JSONDecoder):
    """Reads numbers with a decimal point as Decimal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parse_float=Decimal, **options)
