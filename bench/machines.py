"""What a pooler, a replica and a second web server change, with real processes on this machine.

    .venv/bin/python -m bench.machines --invoices 20000

A company is filled by `generate_data`; then the time of a backup and of a vacuum is taken, and eight clients read by
turns a list, one invoice, a search and a report, for some seconds with each set-up.  For each: requests per second,
and the processor time of a request in milliseconds: of the web servers, of the database, of the replica.
"""

import argparse
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import django
import psutil
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

from bigledger_crm.embedded.postgres import find_binaries  # noqa: E402 needs Django
from bigledger_crm.embedded.product_processes import web_answers  # noqa: E402 needs Django
from bigledger_crm.testing.client import EVERYTHING  # noqa: E402 needs Django
from bigledger_crm.testing.cluster import Cluster  # noqa: E402 needs Django
from bigledger_crm.testing.pooler import Pooler, running_pooler  # noqa: E402 needs Django
from bigledger_crm.testing.product import wait_for  # noqa: E402 needs Django
from bigledger_crm.testing.replica import Replica, running_replica  # noqa: E402 needs Django

COMPANY, CLIENTS = "Large Company", 8
SUMS_MADE = 2
READS = ("/invoices?limit=50", "/customers?search=an&limit=50", "/analytics/sales?groupBy=month", "/invoices/{invoice}")


class Setup(NamedTuple):
    """One way to run the product."""

    name: str
    webs: int
    of_web: dict[str, str]


def main() -> int:
    """Fills a database and prints what each set-up does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=15, help="for which each set-up is measured")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="machines-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "books", None, 2, API_RATE_LIMIT="off")
        try:
            cluster.start_servers()
            _fill(cluster, arguments.invoices)
            with (
                running_pooler(cluster.layout, Path(folder) / "pooler") as pooler,
                running_replica(cluster.layout, find_binaries(os.environ)) as replica,
            ):
                _measure(cluster, pooler, replica, arguments.seconds)
        finally:
            cluster.stop()
    return 0


def _fill(cluster: Cluster, invoices: int) -> None:
    cluster.manage("migrate", "--no-input")
    number = ("--customers", str(max(invoices // 100, 10)), "--invoices", str(invoices))
    cluster.manage("generate_data", *number, "--company", COMPANY)
    scopes = ",".join(EVERYTHING)
    key = json.loads(cluster.manage("create_api_key", "--company", COMPANY, "--scopes", scopes, "--json"))
    cluster.speak_for(key["companyId"], key["apiKey"])
    ((size,),) = cluster.query("SELECT pg_database_size(current_database())")
    began = time.monotonic()
    with psycopg.connect(cluster.layout.database_url(), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    vacuumed = time.monotonic()
    cluster.manage("backup")
    _print(f"{invoices:,} invoices: {size / 1e9:.2f} GB, vacuum {vacuumed - began:.1f} s, ")
    _print(f"backup {time.monotonic() - vacuumed:.1f} s\n")


def _measure(cluster: Cluster, pooler: Pooler, replica: Replica, seconds: float) -> None:
    direct = cluster.layout.database_url()
    cluster.environment["DATABASE_REPLICA_URL"] = replica.url
    pooled = {"DATABASE_URL": pooler.url("bigledger"), "DATABASE_DIRECT_URL": direct, "DATABASE_REPLICA_URL": ""}
    setups = (
        Setup("one web server", 1, {"DATABASE_REPLICA_URL": ""}),
        Setup("and a pooler", 1, pooled),
        Setup("and a replica", 1, {}),
        Setup("two web servers and a replica", 2, {}),
        Setup("one web server again", 1, {"DATABASE_REPLICA_URL": ""}),
    )
    cluster.start_worker(0)
    cluster.start_beat(0)
    # Until the sums of what was generated are made, which isn't what is measured.
    done = "SELECT FROM schedule_jobrun WHERE job = 'keep-sales-sums' AND finished_at IS NOT NULL"
    wait_for(lambda: len(cluster.query(done)) >= SUMS_MADE, 300)
    _print(
        f"{'':32}{'per second':>12}{'web ms':>9}{'database ms':>13}{'replica ms':>12}{'connections':>13}{'load':>7}\n"
    )
    for setup in setups:
        _print(f"{setup.name:32}{_one(cluster, replica, setup, seconds)}\n")


def _one(cluster: Cluster, replica: Replica, setup: Setup, seconds: float) -> str:
    cluster.of_web = setup.of_web
    cluster.use(setup.webs)
    for number in range(setup.webs):
        cluster.start_web(number)
        wait_for(lambda port=cluster.ports[number]: web_answers("127.0.0.1", port), 60)  # type: ignore[misc]
    invoice = cluster.request("GET", "/invoices?limit=1")[1]["data"][0]["id"]
    paths = [path.format(invoice=invoice) for path in READS]
    _read(cluster, paths, 3)  # connections are open, and what is kept is there
    webs = [cluster.processes[f"web-{number}"].pid for number in range(setup.webs)]
    database = int((cluster.layout.postgres / "postmaster.pid").read_text().split()[0])
    parts = (webs, [database], [replica.process.pid] if replica.process else [])
    before = [_worked(part) for part in parts]
    count = _read(cluster, paths, seconds)
    worked = [1000 * (_worked(part) - begun) / count for part, begun in zip(parts, before, strict=True)]
    ((connections,),) = cluster.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'bigledger'")
    for number in range(setup.webs):
        cluster.kill(f"web-{number}")
    figures = f"{worked[0]:9.1f}{worked[1]:13.1f}{worked[2]:12.1f}"
    return f"{count / seconds:12.0f}{figures}{connections:13}{os.getloadavg()[0]:7.1f}"


def _read(cluster: Cluster, paths: Sequence[str], seconds: float) -> int:
    """Reads with all clients; how many requests were answered."""
    end, counts = time.monotonic() + seconds, [0] * CLIENTS

    def read(client: int) -> None:
        for path in itertools.islice(itertools.cycle(paths), client, None):
            if time.monotonic() >= end:
                return
            status, _answer = cluster.request("GET", path)
            assert status == 200, (path, status)  # noqa: S101  a figure of failures says nothing
            counts[client] += 1

    threads = [threading.Thread(target=read, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def _worked(roots: Sequence[int]) -> float:
    """The seconds at a processor of processes and their children that run now."""
    every = [process for root in roots for process in (psutil.Process(root), *psutil.Process(root).children(True))]
    return sum(sum(process.cpu_times()[:2]) for process in every)


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
