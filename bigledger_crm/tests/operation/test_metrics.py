"""What the processes count, as /metrics shows it."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from bigledger_crm import metrics
from bigledger_crm.documents import pdf
from bigledger_crm.kernel import clock
from bigledger_crm.metrics import process_files
from bigledger_crm.schedule.services import run_once
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.client import ApiClient

# Counts requests, and says so when they are there; ends when it is told.
COUNTING = """
import os, sys
from bigledger_crm import metrics
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.argv[1]
for _ in range(int(sys.argv[2])):
    metrics.request_served("GET", "/a", 200, 0.02)
child = os.fork() if "fork" in sys.argv else 0
if child == 0:
    metrics.request_served("GET", "/a", 200, 0.02)
else:
    os.waitpid(child, 0)
    sys.exit()
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where other processes count."""
    monkeypatch.setenv(process_files.VARIABLE, str(tmp_path / "metrics"))
    return tmp_path / "metrics"


def _value(name: str, **labels: str) -> float:
    return metrics.counted().get_sample_value(name, labels) or 0.0


def _counting(folder: Path, times: int, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", COUNTING, str(folder), str(times), *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR)
    assert process.stdout is not None
    assert process.stdout.readline() == "counted\n"
    return process


def _ended(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0


def test_processes_count_apart_and_are_added_up(folder: Path) -> None:
    one, two = _counting(folder, 3), _counting(folder, 4)
    assert _value("bigledger_http_requests_total", method="GET", route="/a", status="200") == 9
    assert len(list(folder.glob("counter_*.db"))) == 2
    _ended(one)
    _ended(two)


def test_a_fork_has_files_of_its_own(folder: Path) -> None:
    _ended(_counting(folder, 3, "fork"))
    assert _value("bigledger_http_request_duration_seconds_count", method="GET", route="/a") == 4
    assert len(list(folder.glob("histogram_*.db"))) == 2


def test_a_process_goes_on_where_one_that_was_killed_has_ended(folder: Path) -> None:
    for _ in range(3):
        process = _counting(folder, 1)
        process.kill()
        process.communicate()
    assert _value("bigledger_http_requests_total", method="GET", route="/a", status="200") == 6
    assert len(list(folder.glob("*.db"))) == len(process_files.KINDS), "no file is left for each"


def test_a_start_forgets_who_has_ended_and_nobody_else(folder: Path) -> None:
    alive, ended = _counting(folder, 1), _counting(folder, 6)
    _ended(ended)
    process_files.forget_ended(folder)
    assert _value("bigledger_http_requests_total", method="GET", route="/a", status="200") == 2
    _ended(alive)
    process_files.forget_ended(folder)
    assert not list(folder.glob("*.db"))
    assert _value("bigledger_http_requests_total", method="GET", route="/a", status="200") == 0


def test_the_room_is_taken_beforehand(folder: Path) -> None:
    """A process that writes to a page of memory for which the disk has no room is ended by the kernel."""
    held, name = process_files.take(folder)
    for kind, size in process_files.KINDS.items():
        found = (folder / f"{kind}_{name}.db").stat()
        assert found.st_size == size
        assert found.st_blocks * 512 >= size
    held.close()


def test_no_work_fails_because_it_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(process_files.VARIABLE, str(tmp_path / "file" / "metrics"))
    monkeypatch.setattr(metrics.process_number, "_process", 0)  # as after a fork
    with caplog.at_level(logging.WARNING, "bigledger_crm.metrics"):
        metrics.request_served("GET", "/never", 200, 0.01)
    assert "Metrics can't be kept in" in caplog.text


def test_requests_are_counted_by_pattern_and_never_by_url(api: ApiClient, client: Client) -> None:
    customer = {"method": "GET", "route": "/api/v1/customers/<str:public_id>", "status": "404"}
    unknown = {"method": "GET", "route": "unknown", "status": "404"}
    before, lost = (
        _value("bigledger_http_requests_total", **customer),
        _value("bigledger_http_requests_total", **unknown),
    )
    api.get("/customers/cust_01hkx4w6z8e9tb3vnq0d5r7m2a")
    api.get("/customers/cust_01hkx4w6z8e9tb3vnq0d5r7m2b")
    for number in range(20):
        client.get(f"/nowhere/{number}")
    client.generic("BREW", "/healthz")
    assert _value("bigledger_http_requests_total", **customer) == before + 2
    assert _value("bigledger_http_requests_total", **unknown) == lost + 20
    assert _value("bigledger_http_requests_total", method="other", route="/healthz", status="405") >= 1
    text = metrics_page(client)
    assert "cust_01" not in text
    assert "nowhere" not in text
    assert "BREW" not in text


def metrics_page(client: Client) -> str:
    answer = client.get("/metrics", headers={"Host": "127.0.0.1"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_pdfs_are_timed_by_their_document() -> None:
    before = _value("bigledger_pdf_render_duration_seconds_count", document="test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "markup", lambda *_: "<html><body>Hello</body></html>")
        assert pdf.render("pdf/test.html", {}, clock.now()).startswith(b"%PDF")
    assert _value("bigledger_pdf_render_duration_seconds_count", document="test") == before + 1


def test_sign_ins_are_counted_by_their_outcome(client: Client, alice: User, settings: Settings) -> None:
    outcomes = ("failed", "paused", "succeeded")
    before = {outcome: _value("bigledger_sign_ins_total", outcome=outcome) for outcome in outcomes}
    alice.set_password("correct horse battery")
    alice.save()
    for password in ["wrong", "correct horse battery", *["wrong"] * 11]:
        client.post("/sign-in", {"username": alice.email, "password": password})
        client.logout()
    found = {outcome: _value("bigledger_sign_ins_total", outcome=outcome) - before[outcome] for outcome in outcomes}
    assert found == {"failed": 11, "paused": 1, "succeeded": 1}


def test_runs_of_jobs_are_counted_by_their_outcome(db: None) -> None:
    job = "forget-job-runs"
    before = [
        _value("bigledger_job_runs_total", periodic_job=job, outcome=outcome) for outcome in ("succeeded", "failed")
    ]
    with pytest.raises(ZeroDivisionError):
        run_once(job, lambda: 1 / 0)
    assert run_once(job, lambda: None)
    assert not run_once(job, lambda: None)
    after = [
        _value("bigledger_job_runs_total", periodic_job=job, outcome=outcome) for outcome in ("succeeded", "failed")
    ]
    assert after == [before[0] + 1, before[1] + 1]
