"""Names in two spellings, and texts as they are stored and searched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.kernel import text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
HIDDEN = "\u200b\ufeff\u2060\u00ad\u200e\u200f\u061c\u3164\u180e\u034f\u202e\u2066\U000e0041"
DIRECTION_MARKS = "‪‫‬‭‮⁦⁧⁨⁩"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Élan  Café", "elan cafe"),
        ("  STRASSE \t Straße ", "strasse strasse"),
        ("ＡＢＣ １２", "abc 12"),
        ("℃", "°c"),
        ("𝐀𝐜𝐦𝐞", "acme"),
        ("ﬁne", "fine"),
        ("İstanbul", "istanbul"),
        ("株式会社", "株式会社"),
        ("Łódź", "lodz"),
        ("ØL Ægir Œuvre", "ol aegir oeuvre"),
        ("O’Brien O'Brien O´Brien Oʼbrien", "obrien obrien obrien obrien"),
        ("Işık IŞIK ışık", "isik isik isik"),
        ("Þórður Đorđe Ħal", "thordur dorde hal"),
        ("INV‑2024–1", "inv-2024-1"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert text.fold(written) == folded


@given(TEXTS)
def test_folding_again_changes_nothing_and_upper_case_folds_alike(written: str) -> None:
    folded = text.fold(written)
    assert text.fold(folded) == folded
    assert not any(unicodedata.combining(character) for character in folded)


@given(st.text("abcéÉöÖñÑzZ ", max_size=30))
def test_case_makes_no_difference(written: str) -> None:
    assert text.fold(written.upper()) == text.fold(written.lower()) == text.fold(written)


@given(TEXTS)
def test_a_clean_line_is_one_line_without_controls_and_stays_as_it_is(written: str) -> None:
    clean = text.clean_line(written)
    assert text.clean_line(clean) == clean
    assert clean == clean.strip()
    assert not any(unicodedata.category(character) == "Cc" or character in DIRECTION_MARKS for character in clean)
    assert unicodedata.is_normalized("NFC", clean)


@given(TEXTS)
def test_a_clean_block_keeps_its_line_breaks_and_stays_as_it_is(written: str) -> None:
    clean = text.clean_block(written)
    assert text.clean_block(clean) == clean
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in clean)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (" Acme \n Corporation\t", "Acme Corporation"),
        ("a \x00 b", "a b"),
        ("e\x00\u0301", "é"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\x1b[31mred", "[31mred"),
    ],
)
def test_clean_line(written: str, clean: str) -> None:
    assert text.clean_line(written) == clean


@pytest.mark.parametrize(
    "written",
    [*HIDDEN, *"\u200c\u200d\u115f\u1160\uffa0\u2800\ufe0f", "\u200b \ufeff\n", "\u200e\u200f"],
)
def test_what_shows_nothing_is_nothing(written: str) -> None:
    assert text.clean_line(written) == text.clean_block(written) == ""


@pytest.mark.parametrize("hidden", [*HIDDEN, "\u200c", "\u200d"])
def test_two_names_that_look_alike_are_one(hidden: str) -> None:
    assert text.clean_line(f"Ac{hidden}me") == text.clean_line(f"{hidden}Acme{hidden}") == "Acme"


@pytest.mark.parametrize(
    "written",
    [
        "می\u200cخواهم",  # Persian
        "क्\u200dष",  # Devanagari, a half letter
        "র\u200d্যাব",  # Bengali
        "ශ්\u200dරී",  # Sinhala
        "അവന്\u200d",  # Malayalam, an old final letter
        "👩\u200d👧 Café",
        "❤\ufe0f\u200d🔥",
        "葛\U000e0100城",  # a form of a Chinese character
    ],
)
def test_joiners_and_forms_that_belong_to_a_script_stay(written: str) -> None:
    assert text.clean_line(written) == written == text.clean_block(written)


def test_a_block_keeps_marks_of_direction() -> None:
    assert text.clean_block("שלום (ABC)\u200f!") == "שלום (ABC)\u200f!"
    assert text.clean_block("a\u202eb\u200b") == "ab"


def test_clean_block() -> None:
    assert text.clean_block(" one\r\ntwo\rthree\x00\n\n") == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("snake", "camel"),
    [("unit_price", "unitPrice"), ("name", "name"), ("override_credit_limit", "overrideCreditLimit")],
)
def test_names_have_two_spellings(snake: str, camel: str) -> None:
    assert text.camel_case(snake) == camel
    assert text.snake_case(camel) == snake
