"""What the API costs in process: milliseconds of processor time and queries for each of four requests.

    .venv/bin/python -m bench.api
    .venv/bin/python -m bench.api --against COMMIT

The first prints this code's figures.  The second checks the other commit out beside it, lets the two take turns, and
prints both with their ratio.  Each runs in a throwaway database with 120 invoices of five lines, made through the API.
Counted is the processor time of this process, of which nobody else on the machine takes anything, as the best and the
median of many requests; what the database does in its own process is not in it, but its queries are counted.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
ROUNDS = 3
TIMES = 150
INVOICES = 120
Figures = dict[str, tuple[float, float, int]]


def main() -> int:
    """Runs what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", metavar="COMMIT", help="measure this commit too, in turns")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        sys.stdout.write(json.dumps(measure()) + "\n")
        return 0
    if not arguments.against:
        report({"now": best([run(HERE)])})
        return 0
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        git = [shutil.which("git") or "git", "-C", str(HERE)]
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(other), arguments.against], check=True)
        try:
            (other / "bench").mkdir(exist_ok=True)
            shutil.copy(__file__, other / "bench" / "api.py")
            turns = [(run(other), run(HERE)) for _ in range(ROUNDS)]
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(other)], check=True)
    report({arguments.against: best([turn[0] for turn in turns]), "now": best([turn[1] for turn in turns])})
    return 0


def run(code: Path) -> Figures:
    """The figures of one checkout, in a database of its own."""
    started = [sys.executable, "-m", "bigledger_crm.embedded", "exec", "--throwaway", "--"]
    command = [*started, sys.executable, "-m", "bench.api", "--measure"]
    done = subprocess.run(command, cwd=code, check=True, stdout=subprocess.PIPE, text=True)
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def best(rounds: list[Figures]) -> Figures:
    """The smallest figures of several rounds."""
    return {
        name: (
            min(one[name][0] for one in rounds),
            min(one[name][1] for one in rounds),
            min(one[name][2] for one in rounds),
        )
        for name in rounds[0]
    }


def report(columns: dict[str, Figures]) -> None:
    """Prints the figures side by side."""
    names = list(columns)
    sys.stdout.write(f"{'':24}" + "".join(f"{name[:12]:>30}" for name in names) + "\n")
    sys.stdout.write(f"{'':24}" + f"{'best ms':>12}{'median':>10}{'queries':>8}" * len(names))
    sys.stdout.write(f"{'ratio':>8}\n" if len(names) > 1 else "\n")
    for request in columns[names[0]]:
        line = f"{request:24}"
        for name in names:
            low, middle, queries = columns[name][request]
            line += f"{low:12.2f}{middle:10.2f}{queries:8}"
        if len(names) > 1:
            line += f"{columns[names[1]][request][1] / columns[names[0]][request][1]:8.2f}"
        sys.stdout.write(line + "\n")


def measure() -> Figures:
    """Measures the code that this process runs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
    import django  # noqa: PLC0415 only the measuring process needs it

    django.setup()
    import logging  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client, override_settings  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: PLC0415

    from bigledger_crm.tenancy.services import create_api_key  # noqa: PLC0415
    from sales.services import open_company  # noqa: PLC0415

    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    setup_test_environment()
    company = open_company("Measured")
    secret = create_api_key([company], name="Bench")[1]
    headers = {"Authorization": f"Bearer {secret}", "X-Company-Id": company.public_id}
    client = Client(raise_request_exception=False)

    def ask(method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body) if body is not None else ""
        response = client.generic(method, f"/api/v1{path}", data, "application/json", headers=headers)
        if response.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {response.content.decode()}")
        return json.loads(response.content)

    def timed(method: str, path: str, body: Any = None) -> tuple[float, float, int]:
        with CaptureQueriesContext(connection) as queries:
            ask(method, path, body)
        count = len(queries)
        spent = []
        for _ in range(TIMES):
            began = time.process_time()
            ask(method, path, body)
            spent.append(1000 * (time.process_time() - began))
        return min(spent), statistics.median(spent), count

    with override_settings(API_RATE_LIMIT=0):
        customer = ask("POST", "/customers", {"name": "Acme", "email": "acme@example.com"})["data"]["id"]
        lines = [
            {"description": f"Line {n}", "quantity": n, "unitPrice": "12.50", "discountPercent": 5} for n in range(1, 6)
        ]
        invoice = {"customerId": customer, "items": lines}
        made = [ask("POST", "/invoices", invoice)["data"]["id"] for _ in range(INVOICES)]
        cursor = ask("GET", "/invoices?limit=50")["pagination"]["nextCursor"]
        return {
            "list of 50 invoices": timed("GET", "/invoices?limit=50"),
            "the next page": timed("GET", f"/invoices?limit=50&cursor={cursor}"),
            "one invoice": timed("GET", f"/invoices/{made[0]}"),
            "a new invoice": timed("POST", "/invoices", invoice),
        }


if __name__ == "__main__":
    sys.exit(main())
