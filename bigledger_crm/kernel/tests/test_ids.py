"""Public ids: one spelling per key, and everything else refused."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from hypothesis import assume, given
from hypothesis import strategies as st

from bigledger_crm.kernel import ids

PREFIXES = st.sampled_from(["cust", "so", "invli"])
KEY = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
TEXT = "01h455vb4pex5vsknk084sn02q"


def test_a_known_pair_of_the_typeid_specification() -> None:
    assert ids.encode("cust", KEY) == f"cust_{TEXT}"
    assert ids.decode("cust", f"cust_{TEXT}") == KEY


@given(prefix=PREFIXES, value=st.uuids())
def test_every_key_comes_back(prefix: str, value: UUID) -> None:
    text = ids.encode(prefix, value)
    assert len(text) == len(prefix) + 27
    assert ids.decode(prefix, text) == value


@given(first=st.uuids(), second=st.uuids())
def test_public_ids_sort_as_keys_do(first: UUID, second: UUID) -> None:
    assert (ids.encode("so", first) < ids.encode("so", second)) == (first < second)


@given(st.text(max_size=40))
def test_no_text_has_two_meanings(text: str) -> None:
    value = ids.decode("cust", text)
    assert value is None or ids.encode("cust", value) == text


@given(value=st.uuids(), place=st.integers(0, 25), character=st.characters())
def test_a_changed_character_is_another_id_or_none(value: UUID, place: int, character: str) -> None:
    text = ids.encode("so", value)
    changed = text[: 3 + place] + character + text[4 + place :]
    assume(changed != text)
    assert ids.decode("so", changed) != value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cust",
        "cust_",
        TEXT,
        f"_{TEXT}",
        f"so_{TEXT}",
        f"CUST_{TEXT}",
        f"cust_{TEXT.upper()}",
        f"cust_{TEXT}0",
        f"cust_{TEXT[:-1]}",
        f"cust_8{TEXT[1:]}",
        f"cust_{TEXT[:-1]}u",
        f"cust_{TEXT[:-1]}l",
        f"cust_{TEXT[:-1]}٣",
        f"cust_cust_{TEXT}",
        f" cust_{TEXT}",
        f"cust_{TEXT}\n",
        f"cust-{TEXT}",
    ],
)
def test_refused(text: str) -> None:
    assert ids.decode("cust", text) is None


def test_new_ids_are_version_7_and_tell_their_time() -> None:
    with time_machine.travel("2024-01-15T01:00:00Z", tick=False):
        keys = [ids.new_id() for _ in range(100)]
    assert keys == sorted(set(keys))
    assert len(keys) == 100
    for key in keys:
        assert key.version == 7
        assert str(key)[19] in "89ab"
        milliseconds = key.int >> 80
        assert datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat().startswith("2024-01-15T01:00")
