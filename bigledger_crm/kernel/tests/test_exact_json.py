"""Numbers in JSON columns come back as they went in."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder

NUMBERS = st.one_of(
    st.integers(-(10**39), 10**39),
    st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**15), max_value=10**15),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(st.characters(exclude_categories=["Cs"]), max_size=5)),
    lambda parts: st.one_of(st.lists(parts, max_size=3), st.dictionaries(st.text("abc", max_size=3), parts)),
    max_leaves=8,
)


@given(VALUES)
def test_every_value_comes_back_exactly(value: Any) -> None:
    assert json.loads(json.dumps(value, cls=ExactEncoder), cls=ExactDecoder) == value


def test_decimals_are_numbers_with_all_their_digits() -> None:
    assert json.dumps({"a": Decimal("12345678901234.99"), "b": [Decimal("0.10")]}, cls=ExactEncoder) == (
        '{"a":12345678901234.99,"b":[0.10]}'
    )
    assert isinstance(json.loads("[0.1]", cls=ExactDecoder)[0], Decimal)
