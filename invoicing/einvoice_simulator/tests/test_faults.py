"""Each failure on demand."""

import json
from dataclasses import replace
from typing import Any

import pytest
import urllib3

from invoicing.einvoice.errors import read_errors
from invoicing.einvoice.tests.support import INVOICE
from invoicing.einvoice_simulator.faults import NAMES
from invoicing.einvoice_simulator.findings import STEPS, known_codes, step_of
from invoicing.einvoice_simulator.http_messages import Cut
from invoicing.einvoice_simulator.testing import running_simulator
from invoicing.einvoice_simulator.tests.support import NOW, MyInvois, myinvois, numbered


def asking_for(text: str, number: str = "INV-0042") -> Any:
    """INVOICE with a word to the simulator in a line."""
    first, second = INVOICE.lines
    return replace(INVOICE, number=number, lines=(first, replace(second, description=f"Set-up {text} at the site")))


def errors_of(lhdn: MyInvois, uuid: str) -> list[tuple[str, str]]:
    results = lhdn.get(f"/documents/{uuid}/details").body["validationResults"]
    return [(error.step, error.code) for error in read_errors(results)]


def test_what_there_is(lhdn: MyInvois) -> None:
    body = lhdn.control("GET", "/faults").body
    assert body == {"faults": [], "names": list(NAMES), "codes": known_codes()}
    for wrong in ({"name": "earthquake"}, {"name": 7}, {}):
        assert lhdn.control("POST", "/faults", wrong).error == (400, "BadArgument")


def test_once_twice_and_until_cleared(lhdn: MyInvois) -> None:
    assert lhdn.get("/documenttypes").status == 200

    def statuses() -> list[int]:
        return [lhdn.get("/documenttypes").status for _ in range(3)]

    lhdn.fault("server_error")
    assert statuses() == [500, 200, 200]
    lhdn.fault("server_error", times=2)
    assert statuses() == [500, 500, 200]
    lhdn.fault("server_error", times=None)
    assert statuses() == [500, 500, 500]
    lhdn.control("DELETE", "/faults")
    assert statuses() == [200, 200, 200]
    lhdn.fault("server_error", endpoint="recent")
    assert statuses() == [200, 200, 200]


def test_by_the_beginning_of_the_number(lhdn: MyInvois) -> None:
    lhdn.fault("server_error", prefix="B-")
    first, second = numbered("A-1", "B-1")
    assert [lhdn.submit(one).status for one in (first, second, second)] == [202, 500, 202]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("too_many_requests", 429, "TooManyRequests"),
        ("token_expired", 401, "Unauthorized"),
        ("server_error", 500, "InternalServerError"),
        ("duplicate_submission", 422, "DuplicateSubmission"),
        ("opaque_validation_error", 400, "ValidationError"),
    ],
)
def test_a_submission_fails_once(lhdn: MyInvois, name: str, status: int, code: str) -> None:
    """By the control API, and by its own text, once for each number."""
    lhdn.fault(name, endpoint="submit")
    assert lhdn.submit(INVOICE).error == (status, code)
    for number in ("A-1", "A-2"):
        document = asking_for(f"SIM:{name}", number)
        assert lhdn.submit(document).error == (status, code)
        assert lhdn.submit(document).status == 202


def test_how_long_to_wait(lhdn: MyInvois) -> None:
    lhdn.fault("too_many_requests", seconds=7, times=2)
    assert [lhdn.token().headers.get("Retry-After") for _ in range(3)] == ["7", "7", None]


@pytest.mark.parametrize(("name", "status"), [("maintenance_503", 503), ("maintenance_403", 403)])
def test_pages_instead_of_json(lhdn: MyInvois, name: str, status: int) -> None:
    lhdn.fault(name)
    answer = lhdn.token()
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert b"Simulator: not LHDN" in answer.content


def test_secrets_and_appointments_that_end(lhdn: MyInvois) -> None:
    lhdn.fault("secret_revoked")
    assert [lhdn.token().body.get("error") for _ in range(2)] == ["invalid_client", None]
    lhdn.fault("permission_ended")
    errors = [lhdn.token("intermediary-client", on_behalf_of="C99999999010").body.get("error") for _ in range(2)]
    assert errors == ["unauthorised_client", None]


def test_all_or_some_are_rejected(lhdn: MyInvois) -> None:
    lhdn.fault("all_rejected")
    body = lhdn.submit(*numbered("A-1", "A-2")).body
    assert (body["submissionUid"], len(body["rejectedDocuments"])) == (None, 2)
    lhdn.fault("partly_accepted")
    body = lhdn.submit(*numbered("A-1", "A-2")).body
    assert [one["invoiceCodeNumber"] for one in body["acceptedDocuments"]] == ["A-1"]
    assert [one["invoiceCodeNumber"] for one in body["rejectedDocuments"]] == ["A-2"]


def test_some_become_invalid(lhdn: MyInvois) -> None:
    lhdn.fault("partly_valid", code="ERR406")
    uid = lhdn.submit(*numbered("A-1", "A-2")).body["submissionUid"]
    body = lhdn.get(f"/documentsubmissions/{uid}").body
    assert body["overallStatus"] == "partially valid"
    assert [one["status"] for one in body["documentSummary"]] == ["Valid", "Invalid"]


def test_stuck_for_two_hours_and_hidden_for_a_minute(lhdn: MyInvois) -> None:
    lhdn.fault("stuck_submitted")
    (uuid,) = lhdn.accepted(INVOICE)
    lhdn.later(minutes=119)
    assert lhdn.status(uuid) == "Submitted"
    lhdn.later(minutes=1)
    assert lhdn.status(uuid) == "Valid"
    lhdn.fault("hidden_for_a_minute")
    uid = lhdn.submit(*numbered("A-1")).body["submissionUid"]
    lhdn.later(seconds=59)
    assert lhdn.get(f"/documentsubmissions/{uid}").status == 404
    lhdn.later(seconds=1)
    assert lhdn.get(f"/documentsubmissions/{uid}").status == 200


def test_every_code_by_its_name() -> None:
    with myinvois(rate_limit_factor=0) as lhdn:
        for code in known_codes():
            (uuid,) = lhdn.accepted(asking_for(f"SIM:{code}", f"A-{code}"))
            assert errors_of(lhdn, uuid) == [(STEPS[step_of(code)], code)]
            body = lhdn.submit(asking_for(f"SIM:REJECT:{code}", f"B-{code}")).body
            assert [error.code for error in read_errors(body["rejectedDocuments"])] == [code]
        (uuid,) = lhdn.accepted(asking_for("SIM:cf324"))
        assert errors_of(lhdn, uuid) == [(STEPS[2], "CF324")]


def test_codes_that_nobody_knows(lhdn: MyInvois) -> None:
    lhdn.fault("unknown_code")
    (first,) = lhdn.accepted(INVOICE)
    (second,) = lhdn.accepted(asking_for("SIM:CV999", "A-1"))
    assert [errors_of(lhdn, uuid) for uuid in (first, second)] == [[(STEPS[2], "XX999")], [(STEPS[4], "CV999")]]
    lhdn.fault("duplicate_document")
    (third,) = lhdn.accepted(*numbered("A-2"))
    assert errors_of(lhdn, third) == [(STEPS[3], "DV302")]


def test_a_clock_that_is_two_minutes_behind(lhdn: MyInvois) -> None:
    lhdn.fault("clock_skew")
    (rejected,) = lhdn.submit(INVOICE).body["rejectedDocuments"]
    assert [error.code for error in read_errors(rejected["error"])] == ["CF321"]


def test_other_names_and_unknown_fields(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(asking_for("SIM:CF324"))
    uid = lhdn.get(f"/documents/{uuid}/details").body["submissionUid"]
    lhdn.fault("casing")
    body = lhdn.get(f"/documentsubmissions/{uid}").body
    assert (body["submissionUID"], body["OverallStatus"]) == (uid, "INVALID")
    lhdn.fault("casing")
    lhdn.fault("unknown_fields")
    body = lhdn.get(f"/documents/{uuid}/details").body
    assert body["newField"] == {"newValue": 1}
    (error,) = read_errors(body["validationResults"])
    assert (error.code, error.malay) == ("CF324", "Nombor pembeli bukan nombor NRIC yang sah")


def test_json_that_breaks_off(lhdn: MyInvois) -> None:
    lhdn.fault("truncated_answer", endpoint="submit")
    answer = lhdn.submit(INVOICE)
    assert (answer.status, answer.headers["Content-Length"]) == (202, f"{len(answer.content)}")
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)
    assert lhdn.submit(INVOICE).status == 422


@pytest.mark.parametrize(
    ("name", "arrives"), [("connection_cut", False), ("timeout_after_accept", True), ("already_valid", True)]
)
def test_no_answer(lhdn: MyInvois, name: str, arrives: bool) -> None:
    """The same call again tells whether the first one arrived."""
    lhdn.simulator.settings.delay_seconds = 3600
    lhdn.fault(name, endpoint="submit", seconds=0)
    with pytest.raises(Cut):
        lhdn.submit(INVOICE)
    assert lhdn.submit(INVOICE).status == (422 if arrives else 202)
    today = "submissionDateFrom=2026-11-28T00:00:00Z&submissionDateTo=2026-11-29T00:00:00Z"
    (row,) = lhdn.get(f"/documents/search?{today}&searchQuery=INV-0042").body["result"]
    assert row["status"] == ("Valid" if name == "already_valid" else "Submitted")


def test_connections_end_over_the_network() -> None:
    with running_simulator(at=NOW) as simulator:
        http = urllib3.PoolManager(retries=False)
        simulator.fault("connection_cut")
        with pytest.raises(urllib3.exceptions.ProtocolError):
            http.request("POST", f"{simulator.url}/connect/token")
        assert http.request("POST", f"{simulator.url}/connect/token").status == 400
        assert [note.status for note in simulator.requests()] == [0, 400]


def test_a_time_out_ends_with_the_simulator() -> None:
    with running_simulator(at=NOW) as simulator:
        http = urllib3.PoolManager(retries=False)
        simulator.fault("connection_cut", seconds=3600)
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            http.request("POST", f"{simulator.url}/connect/token", timeout=0.05)
