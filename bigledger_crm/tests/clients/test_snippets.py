"""What the API's documentation shows in curl, JavaScript and Python is carried out, and does the same in each."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from bigledger import SyncBigLedgerClient
from bigledger.values import encode
from standardwebhooks import Webhook

from bigledger_crm.kernel import clock
from bigledger_crm.testing.product import ROOT, Product
from bigledger_crm.tests.clients.support.credentials import open_companies
from bigledger_crm.tests.clients.support.node import run_node
from bigledger_crm.tests.clients.support.relay import Relay
from bigledger_crm.tests.clients.support.snippets import PAGES, Task, shown, tasks
from bigledger_crm.tests.clients.support.world import World

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
Calls = dict[str, list[Any]]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STATEMENT = """\
:20:STMT1
:25:MBBEMYKL/514012345678
:28C:00012/001
:60F:C240101MYR1000,00
:61:2401020102C2555,00NTRFNONREF//BANKREF1
:86:PAYMENT
:62F:C240102MYR3555,00
-
"""
BODY = '{"type": "x", "timestamp": "2024-01-15T01:00:00Z", "companyId": "comp_1", "data": {"id": "i", "object": "o"}}'


def test_every_task_is_shown_in_every_language() -> None:
    missing = [
        f"{path.name}: {group['sh']}" for path in PAGES for group in shown(path) if "sh" in group and len(group) < 3
    ]
    assert missing == []
    assert len(tasks("sh")) > 30


def made(seen: list[dict[str, Any]]) -> list[Any]:
    """The calls that arrived: method, path, query and JSON, in which an amount may be a number or a text."""
    calls = []
    for request in seen:
        url = urlsplit(request["path"])
        method = "GET" if request["method"] == "HEAD" else request["method"]
        is_json = request["headers"].get("Content-Type", "").startswith("application/json")
        body = json.loads(request["body"], parse_float=Decimal) if is_json and request["body"] else {}
        calls.append((method, url.path, sorted(parse_qsl(url.query)), plain(body)))
    return calls


def plain(value: Any) -> Any:
    """JSON with numbers as numbers."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return Decimal(value) if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) else value


def event() -> dict[str, Any]:
    """A request of a webhook."""
    now = clock.now()
    signature = Webhook(SECRET).sign("evt_1", now, BODY)
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    return {"body": BODY, "headers": headers, "secret": SECRET}


def by_curl(task: Task, objects: dict[str, Any], owner_id: str, environment: Mapping[str, str]) -> None:
    """Pastes it into a shell."""
    ids = {name.upper(): found.id for name, found in objects.items()}
    lines = [found.items[0].id for name, found in objects.items() if name in ("order", "invoice")]
    given = {
        "BASE": environment["BIGLEDGER_BASE_URL"],
        "KEY": environment["BIGLEDGER_API_KEY"],
        "COMPANY": environment["BIGLEDGER_COMPANY_ID"],
        "AUTH": f"Authorization: Bearer {environment['BIGLEDGER_API_KEY']}",
        "FOR": f"X-Company-Id: {environment['BIGLEDGER_COMPANY_ID']}",
        "JSON": "Content-Type: application/json",
        "LINE": lines[0] if lines else "",
        "OWNER": owner_id,
    }
    shell = f'curl() {{ command curl -sS --fail-with-body "$@"; }}\n{task.code}'
    done = subprocess.run(["bash", "-euc", shell], env={**os.environ, **given, **ids}, capture_output=True, text=True)
    assert done.returncode == 0, f"{task}\n{done.stdout}{done.stderr}"


def by_node(programs: dict[str, tuple[str, list[str]]], environment: Mapping[str, str], folder: Path) -> Calls:
    """Runs all in one program, which says what each has called: by place, the code and the relay's acts."""
    imports: dict[str, None] = {}
    parts = []
    for where, (code, acts) in programs.items():
        code = re.sub(r"^import .*;\n", lambda line: imports.setdefault(line[0]) or "", code, flags=re.MULTILINE)
        parts.append(f"await task({json.dumps(where)}, {json.dumps(acts)}, async () => {{\n{code}}});\n")
    imports.pop('import { BigLedgerClient } from "bigledger";\n', None)
    program = folder / "tasks.mjs"
    program.write_text("".join(imports) + RUNNER + "".join(parts))
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "bigledger").symlink_to(ROOT / "clients" / "javascript")
    done = run_node(program, environment=environment)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    said = [json.loads(line.removeprefix("CALLS ")) for line in done.stdout.splitlines() if line.startswith("CALLS ")]
    return {where: made(seen) for where, seen in said}


RUNNER = """
import { BigLedgerClient } from "bigledger";
const client = new BigLedgerClient();
async function task(where, acts, run) {
  await fetch(`${process.env.RELAY}/acts`, { method: "POST", body: JSON.stringify(acts) });
  await run();
  const seen = await (await fetch(`${process.env.RELAY}/seen`)).json();
  console.log(`CALLS ${JSON.stringify([where, seen])}`);
}
"""


def test_all_are_carried_out(product: Product, relay: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product carries out those in curl; its answers are given again to the same requests of the others."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customer_po.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    (tmp_path / "november.sta").write_text(STATEMENT)
    (tmp_path / "customers.csv").write_text("Name,Email\nAcme,a@acme.example\n")
    every = {language: {task.where: task for task in tasks(language)} for language in ("sh", "javascript", "python")}
    company = open_companies(product, "Examples", are_reporting=True)[0]
    environment = {**replace(company, url=f"{relay.url}/api/v1").environment, "RELAY": relay.url}
    owner_id, programs = company.owner_id, {}
    expected: Calls = {}
    by_python: Calls = {}
    with (
        SyncBigLedgerClient(company.api_key, company.company_id, base_url=company.url) as direct,
        SyncBigLedgerClient(company.api_key, company.company_id, base_url=environment["BIGLEDGER_BASE_URL"]) as client,
    ):
        world = World(direct, owner_id)
        for where, python in every["python"].items():
            codes = [every[language][where].code for language in every if where in every[language]]
            objects = world.objects("\n".join(codes))
            first = len(relay.answers)
            relay.play()
            if where in every["sh"]:
                by_curl(every["sh"][where], objects, owner_id, environment)
            expected[where] = made(relay.seen)
            acts = [f"again {number}" for number in range(first, len(relay.answers))]
            given = {"ownerId": owner_id, **event(), **objects}
            constants = "".join(f"const {name} = {encode(value).decode()};\n" for name, value in given.items())
            programs[where] = (f"{constants}{{\n{every['javascript'][where].code}}}\n", acts)
            relay.play(*acts)
            exec(compile(python.code, where, "exec"), {"client": client, "owner_id": owner_id, **event(), **objects})
            by_python[where] = made(relay.seen)
    by_javascript = by_node(programs, environment, tmp_path)
    for where, calls in expected.items():
        assert [by_python[where], by_javascript[where]] == [calls, calls], where
    assert len(list(tmp_path.glob("QT-*.pdf"))) > 0
