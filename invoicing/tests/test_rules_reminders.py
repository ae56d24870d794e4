"""Which step is due, and what a template may say."""

import itertools
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.kernel.text_templates import fill
from bigledger_crm.testing.errors import by_json_name
from invoicing.inputs import ReminderStepInput
from invoicing.rules.reminder_texts import DEFAULT_STEPS
from invoicing.rules.reminders import Plan, Step, check_step, clean_template, plan, texts_in, timing_text

DUE = date(2024, 3, 1)
LONG_AGO = date(2023, 1, 1)


def wrong(document: str = "invoice", **given: Any) -> dict[str, str]:
    """The errors of the input of a step, by the names in JSON."""
    return by_json_name(check_step(document, ReminderStepInput(**given)))


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


def steps(*offsets: int, since: date = LONG_AGO) -> list[Step]:
    return [Step(UUID(int=500 + offset), offset, since) for offset in offsets]


USUAL = steps(-3, 0, 7, 14)


def happened(runs: list[int], schedule: list[Step], went_out: int) -> dict[int, tuple[int, str]]:
    """What became of each step when runs happen on these days: the day and the outcome, `sent` or why not."""
    outcomes: dict[int, tuple[int, str]] = {}
    for run in runs:
        done = {step.key for step in schedule if step.days in outcomes}
        found = plan(schedule, DUE, done=done, went_out=day(went_out), today=day(run))
        of_key = {step.key: step.days for step in schedule}
        outcomes |= {of_key[key]: (run, reason) for key, reason in found.skip.items()}
        if found.send is not None:
            outcomes[found.send.days] = (run, "sent")
    return outcomes


def expected(runs: list[int], schedule: list[Step], went_out: int) -> dict[int, tuple[int, str]]:
    """The same, step by step: its first run on or after its day sends it unless a later step had its day by then."""
    outcomes: dict[int, tuple[int, str]] = {}
    for step in schedule:
        first = next((run for run in runs if run >= step.days), None)
        if first is None:
            continue
        if step.days <= went_out or day(step.days) < step.since:
            outcomes[step.days] = (first, "passed")
        else:
            rivals = (
                s.days for s in schedule if s.days > went_out and day(s.days) >= s.since and step.days < s.days <= first
            )
            outcomes[step.days] = (first, "later_step" if any(True for _ in rivals) else "sent")
    return outcomes


@pytest.mark.parametrize("went_out", [-30, -3, 0, 5, 10])
def test_every_pattern_of_runs_agrees_with_the_oracle(went_out: int) -> None:
    late = [*steps(-3, 0), *steps(7, since=day(8)), *steps(14)]
    for schedule in (USUAL, steps(0), steps(1, 2, 3), late):
        for pattern in itertools.product((False, True), repeat=9):
            runs = [run for run, on in zip((-5, -3, -1, 0, 3, 7, 8, 14, 40), pattern, strict=True) if on]
            assert happened(runs, schedule, went_out) == expected(runs, schedule, went_out), (runs, schedule)


def test_each_day_sends_its_step() -> None:
    sent = {run: outcome for _, (run, outcome) in happened(list(range(-10, 60)), USUAL, -20).items()}
    assert sent == {-3: "sent", 0: "sent", 7: "sent", 14: "sent"}


def test_after_forty_days_only_the_latest_goes() -> None:
    outcomes = happened([-4, 36], USUAL, -20)
    assert outcomes == {-3: (36, "later_step"), 0: (36, "later_step"), 7: (36, "later_step"), 14: (36, "sent")}


def test_an_earlier_step_does_not_follow_a_later_one() -> None:
    done = {USUAL[2].key}
    found = plan(USUAL[:3], DUE, done=done, went_out=LONG_AGO, today=day(8))
    assert found == Plan(None, {USUAL[0].key: "later_step", USUAL[1].key: "later_step"})


def test_days_beyond_the_calendar() -> None:
    found = plan(USUAL, date.max, done=set(), went_out=LONG_AGO, today=date(2024, 1, 1))
    assert found == Plan(None, {})


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{customer.__class__}", "{customer.__class__}"),
        ("{customer!r}", "{customer!r}"),
        ("{customer:>999999999}", "{customer:>999999999}"),
        ("{0}", "{0}"),
        ("{}", "{}"),
        ("{ number }", "{ number }"),
        ("{number} {password}", "{password}"),
        ("{valid_until}", "{valid_until}"),
    ],
)
def test_an_unknown_placeholder_is_named(template: str, name: str) -> None:
    assert wrong(subject=template)["subject"].startswith(f"Unknown placeholder {name}; choose")


def test_values_are_not_read_as_templates() -> None:
    values = {"customer": "{company} {0.__class__}", "company": "Secret"}
    assert fill("Dear {customer}, } and {{customer}}", values) == (
        "Dear {company} {0.__class__}, } and {{company} {0.__class__}}"
    )


def test_what_is_wrong_with_a_step() -> None:
    assert wrong("receipt") == {"document": "Must be one of: invoice, quote"}
    assert wrong("quote", days=1) == {"days": "Must be from -365 to 0"}
    assert wrong(days=366, subject=" ", message="x" * 5001) == {
        "days": "Must be from -365 to 365",
        "subject": "This field is required",
        "message": "At most 5000 characters are allowed",
    }
    grows = wrong(message="{customer}" * 101)
    assert grows == {"message": "With its placeholders filled in it can have more than 20000 characters"}
    assert wrong(message="{customer}" * 100) == {}


def test_the_usual_steps_are_valid() -> None:
    for step in DEFAULT_STEPS:
        assert step.texts.keys() == LANGUAGES.keys()
        for subject, message in step.texts.values():
            assert wrong(step.document, days=step.days, subject=subject, message=message) == {}
            assert (clean_template("subject", subject), clean_template("message", message)) == (subject, message)


def test_a_customer_is_written_to_in_its_language_where_the_step_has_it() -> None:
    malay = {"ms": {"subject": "Invois", "message": "Sila bayar"}}
    assert texts_in("Invoice", "Please pay", malay, "ms", "en") == ("Invois", "Sila bayar", "ms")
    assert texts_in("Invoice", "Please pay", malay, "zh", "en") == ("Invoice", "Please pay", "en")
    assert texts_in("Invoice", "Please pay", malay, "zh", "ms") == ("Invois", "Sila bayar", "ms")


def test_what_is_wrong_with_translations() -> None:
    texts = {"subject": "{nonsense}", "message": "x"}
    assert wrong(translations={"xx": texts, "ms": texts, "zh": {"subject": "x"}, "en": "x"}) == {
        "translations.xx": "Language must be one of: en, ms, zh",
        "translations.ms.subject": wrong(subject="{nonsense}")["subject"],
        "translations.zh": "Must have a subject and a message, and nothing else",
        "translations.en": "Must have a subject and a message, and nothing else",
    }
    assert "translations.ms" in wrong(translations={"ms": {"subject": 1, "message": "x"}})


def test_words() -> None:
    assert [timing_text("invoice", days) for days in (-1, 0, 14)] == [
        "1 day before the due date",
        "on the due date",
        "14 days after the due date",
    ]
    assert timing_text("quote", -3) == "3 days before the last valid day"


def test_the_usual_texts_are_written_as_letters_are() -> None:
    """A capital letter after the salutation, and none of the phrases that aren't English."""
    for step in DEFAULT_STEPS:
        salutation, text = step.texts["en"][1].split("\n\n", 1)
        assert salutation == "Dear {customer},"
        assert text[0].isupper()
        assert not any(phrase in text for phrase in (" over {", " mail", "still open"))
        assert step.texts.keys() == LANGUAGES.keys()
