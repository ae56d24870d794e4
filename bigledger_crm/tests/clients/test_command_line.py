"""The command `bigledger` with the running product."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bigledger.command_line import profiles, program

from bigledger_crm.testing.product import ROOT
from bigledger_crm.tests.clients.support.credentials import Credentials
from bigledger_crm.tests.clients.support.relay import Relay

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
LINES = (
    '[{"description": "Enterprise Software License", "quantity": 10, "unitPrice": 1000.00, "discountPercent": 15.0}]'
)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Its JSON; the command must have succeeded."""
        assert self.code == 0, self.err
        return json.loads(self.out, parse_float=str)


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], credentials: Credentials) -> Run:
    """Runs a command for the company; `stdin` is what it can read."""
    for name, value in credentials.environment.items():
        monkeypatch.setenv(name, value)

    def run(*words: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        try:
            code = program.main(list(words))
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


def test_a_whole_sale(run: Run, tmp_path: Path) -> None:
    customer = run(
        "customers", "create", "--name", "Tech Solutions Ltd", "--email", "billing@techsolutions.example"
    ).data
    quote = run("quotes", "create", "--customer-id", customer["id"], "--items", LINES, "--title", "Licences").data
    assert quote["total"] == "8500.00"
    sent = run(
        "quotes", "send", quote["id"], "--to", "a@acme.example", "--to", "b@acme.example", "--no-attach-pdf"
    ).data
    assert sent["delivery"]["to"] == ["a@acme.example", "b@acme.example"]
    assert run("quotes", "accept", quote["id"]).data["status"] == "accepted"
    order = run("quotes", "convert-to-order", quote["id"]).data
    invoice = run(
        "sales-orders", "convert-to-invoice", order["id"], "--data", "-", stdin='{"dueDate": "2030-01-31"}'
    ).data
    assert invoice["dueDate"] == "2030-01-31"
    assert run("invoices", "send", invoice["id"]).data["status"] == "sent"
    payment = run("invoices", "record-payment", invoice["id"], "--amount", "8500.00").data
    assert payment["invoice"]["status"] == "paid"
    saved = run("invoices", "pdf", invoice["id"], "--output", str(tmp_path))
    assert (tmp_path / f"{invoice['invoiceNumber']}.pdf").read_bytes().startswith(b"%PDF"), saved.err
    (tmp_path / "order.csv").write_text("a,b\n")
    assert (
        run("invoices", "upload-attachment", invoice["id"], str(tmp_path / "order.csv")).data["filename"] == "order.csv"
    )
    shown = run("invoices", "get", invoice["id"], "--format", "table")
    assert [word in shown.out for word in ("8500.00", "paid", "Enterprise Software License")] == [True] * 3


def test_lists_as_json_csv_and_table(run: Run) -> None:
    rows = "itemCode,name,unitPrice\n" + "".join(f"CLI-{number},Listed,{number}.50\n" for number in range(3))
    made = run("items", "bulk", "--file", "-", stdin=rows)
    assert (made.code, made.err) == (0, "3 created, 0 failed\n")
    query = ("items", "list", "--search", "CLI-", "--sort", "unitPrice", "--limit", "2")
    first = run(*query, "--columns", "itemCode,unitPrice")
    assert first.data == [{"itemCode": "CLI-0", "unitPrice": "0.50"}, {"itemCode": "CLI-1", "unitPrice": "1.50"}]
    assert first.err == "2 of 3; --all lists all of them\n"
    listed = run(*query, "--all", "--format", "csv")
    assert [row["unitPrice"] for row in csv.DictReader(io.StringIO(listed.out))] == ["0.50", "1.50", "2.50"]
    table = run(*query, "--all", "--format", "table")
    assert [line.split()[1] for line in table.out.splitlines() if "item_" in line] == ["CLI-0", "CLI-1", "CLI-2"]
    assert run("invoices", "list", "--overdue", "--no-expand").code == program.USAGE
    assert run("invoices", "list", "--overdue").data == []


def test_rows_that_fail_are_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    header = "name,email,address.city,tags,remindersEnabled\n"
    file.write_text(header + 'Acme,a@acme.example,Ipoh,"[""vip""]",false\n,b,,,\n')
    done = run("customers", "bulk", "--file", str(file), "--format", "csv")
    made, failed = csv.DictReader(io.StringIO(done.out))
    assert (done.code, done.err) == (program.REJECTED, "1 created, 1 failed\n")
    assert failed["row"] == "2"
    assert "name: Name is required" in failed["error"]
    customer = run("customers", "get", made["id"]).data
    assert (customer["address"]["city"], customer["tags"], customer["remindersEnabled"]) == ("Ipoh", ["vip"], False)
    for text in ('[{"name": "J", "phone": "+60123456789"}]', '{"name": "L", "phone": "+60123456789"}\n'):
        assert run("customers", "bulk", "--file", "-", stdin=text).err == "1 created, 0 failed\n"


def test_a_repeated_command_takes_effect_once(run: Run) -> None:
    words = ("customers", "create", "--name", "Once", "--phone", "+60123456789", "--idempotency-key", "cli-1")
    assert run(*words).data["id"] == run(*words).data["id"]


def test_a_rehearsed_command_changes_nothing(run: Run, tmp_path: Path) -> None:
    told = run("customers", "create", "--name", "Ghost", "--phone", "+60123456789", "--rehearse").data
    assert told["rehearsal"]["numbers"] == [{"kind": "customer", "number": told["data"]["customerNumber"]}]
    assert run("customers", "get", told["data"]["id"]).code == program.MISSING
    file = tmp_path / "rows.json"
    file.write_text('[{"name": "Ghost", "phone": "+60123456789"}]')
    done = run("customers", "bulk", "--file", str(file), "--rehearse")
    assert (done.code, done.err) == (0, "1 would be created, 0 failed\n")
    assert run("customers", "list", "--search", "Ghost").data == []


@pytest.mark.parametrize(
    ("words", "environment", "code", "said"),
    [
        (("customers", "create", "--name", ""), {}, program.REJECTED, "name: Name is required"),
        (("customers", "create", "--data", "[1]"), {}, program.USAGE, "must be a JSON object"),
        (("customers", "crate"), {}, program.USAGE, "invalid choice"),
        (("customers", "get"), {}, program.USAGE, "CUSTOMER_ID"),
        (("customers", "list", "--profile", "none"), {}, program.USAGE, "bigledger configure --profile none"),
        (("customers", "list"), {"BIGLEDGER_API_KEY": ""}, program.USAGE, "run bigledger configure"),
        (("customers", "list"), {"BIGLEDGER_API_KEY": "bl_live_x"}, program.FORBIDDEN, "401 INVALID_API_KEY"),
        (("customers", "get", "cust_invalid"), {}, program.MISSING, "404 CUSTOMER_NOT_FOUND"),
    ],
)
def test_exit_codes(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], environment: dict[str, str], code: int, said: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = run(*words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_a_server_that_fails(run: Run, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGLEDGER_BASE_URL", relay.url)
    relay.play("429 3600")
    done = run("customers", "list")
    assert (done.code, "429" in done.err) == (program.UNREACHABLE, True)


def test_profiles_are_for_their_owner_only(run: Run, credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in credentials.environment:
        monkeypatch.delenv(name)
    place = ("--base-url", credentials.url, "--company-id", credentials.company_id)
    wrong = run("configure", *place, "--key-from-stdin", stdin="bl_live_x\n")
    assert (wrong.code, profiles.path().exists()) == (program.FORBIDDEN, False)
    for name in ("default", "live"):
        stored = run("configure", *place, "--profile", name, "--key-from-stdin", stdin=f"{credentials.api_key}\n")
        assert stored.code == 0, stored.err
    assert stat.S_IMODE(profiles.path().stat().st_mode) == 0o600
    assert run("tax-codes", "list").code == 0
    assert run("tax-codes", "list", "--profile", "live").code == 0
    assert run("--profile", "live", "tax-codes", "list").code == 0
    profiles.path().chmod(0o640)
    done = run("tax-codes", "list")
    assert (done.code, "chmod 600" in done.err) == (program.USAGE, True)


def test_long_work_shows_its_progress_to_people_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("customers", "create", "--name", "Acme", "--phone", "+60123456789")
    assert "Listing" not in run("customers", "list", "--all").err
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a terminal
    assert "Listing" in run("customers", "list", "--all").err


def test_words_are_completed(tmp_path: Path, run: Run) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "bigledger" in run("completion", shell).out
    line = "bigledger quotes convert"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "clients" / "python"),
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "offered"),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    subprocess.run([sys.executable, "-m", "bigledger"], env=environment, check=True)
    assert (tmp_path / "offered").read_text().strip() == "convert-to-order"


def test_it_says_which_packages_are_missing(tmp_path: Path) -> None:
    (tmp_path / "rich.py").write_text("raise ModuleNotFoundError(name='rich')\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT / "clients" / "python")])
    command = [sys.executable, "-m", "bigledger", "customers", "list"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert (done.returncode, "pip install 'bigledger[cli]'" in done.stderr) == (2, True)
