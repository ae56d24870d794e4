"""What a validation finds, and LHDN's two shapes for it.

LHDN's whole list of codes isn't public: the texts in validation_errors.json are the simulator's own words.  A finding
of which no code is known has None.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

STEPS = {
    1: "Step01-Document Structure Validator",
    2: "Step02-Core Field Validator",
    3: "Step03-Duplicated Submission Validator",
    4: "Step04-Code Field Validator",
    5: "Step05-Taxpayer Profile Validator",
    6: "Step06-Document References Validator",
    7: "Step07-Document Currency Validator",
    8: "Step08-Document Signature Validator",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """An error: the code or None, where, and what in both languages.  Paths are such as Invoice.IssueDate."""

    code: str | None
    path: str
    english: str
    malay: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


def finding(code: str, path: str = "", **values: object) -> Finding:
    """A finding of a known code; `path` is where, if it isn't where this code always is."""
    known = _known().get(code)
    if known is None:
        return Finding(code, path or "Invoice", f"Error {code} of the simulator", f"Ralat {code} simulator")
    _, usual_path, english, malay = known
    return Finding(code, path or usual_path, english.format_map(values), malay.format_map(values))


def sample(code: str) -> Finding:
    """A finding that was asked for by its code."""
    return finding(code, part="Buyer", item="000", list="MSIC", expected="1.00", stated="2.00")


def step_of(code: str) -> int:
    """In which step of the validation a code is found."""
    if code in _known():
        return _known()[code][0]
    families = {"CF": 2, "DV": 3, "CV": 4, "ERR": 5, "DR": 6, "DC": 7, "DS": 8}
    return next((step for family, step in families.items() if code.startswith(family)), 2)


def code_of(word: str) -> str:
    """The code that a word means, whatever its case; in capitals where it isn't known."""
    return next((code for code in _known() if code.lower() == word.lower()), word.upper())


def known_codes() -> list[str]:
    """The codes of which the simulator has texts."""
    return list(_known())


@cache
def _known() -> dict[str, tuple[int, str, str, str]]:
    text = files(__package__).joinpath("validation_errors.json").read_text(encoding="utf-8")
    return {code: (step, path, english, malay) for code, (step, path, english, malay) in json.loads(text).items()}


def step_result(step: int, findings: Sequence[Finding]) -> dict[str, Any]:
    """A step as the details of a document show it."""
    if not findings:
        return {"name": STEPS[step], "status": "Valid", "error": None}
    title = STEPS[step].partition("-")[2]
    error = {
        "propertyName": None,
        "propertyPath": None,
        "errorCode": f"Error{step:02}",
        "error": f"Step{step:02}-Invalid {title}",
        "errorMs": f"Step{step:02}-{title} Tidak Sah",
        "target": None,
        "metaData": None,
        "innerError": [_inner(found) for found in findings],
    }
    return {"name": STEPS[step], "status": "Invalid", "error": error}


def codes_of(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """The codes of all that the steps of a document found, or their texts."""
    errors = [step["error"] for step in steps if step["error"]]
    return [inner["errorCode"] or inner["error"] for error in errors for inner in error["innerError"]]


def _inner(found: Finding) -> dict[str, Any]:
    return {
        "propertyName": found.name,
        "propertyPath": found.path,
        "errorCode": found.code,
        "error": found.english,
        "errorMs": found.malay,
        "innerError": [],
    }


def rejection(number: str, findings: Sequence[Finding], *, malay: bool) -> dict[str, Any]:
    """The error of a document that isn't accepted."""
    return {
        "code": "ValidationError",
        "message": "Validation Error",
        "target": number,
        "propertyPath": None,
        "details": [
            {
                "code": None,
                "errorCode": found.code,
                "message": found.malay if malay else found.english,
                "target": found.name,
                "propertyName": found.name,
                "propertyPath": found.path,
                "details": None,
            }
            for found in findings
        ],
    }
