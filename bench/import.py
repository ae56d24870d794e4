# ruff: noqa: N999  named as what it measures, and run by `-m`
"""How long an import takes: reading, rehearsing, carrying out, rehearsing again, undoing.

    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.import
    … -m bench.import --rows 10000 --without-numbers --json import.json

A CSV file of customers goes the way that a worker goes with it, in this process, one slice after another.  Printed are
seconds, rows a second, the seconds that this process and PostgreSQL's for its connection were at work, and the most
memory that this one had; the load of the machine says how much else it had to do.
"""

import argparse
import io
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 needs Django
from django.db import connection  # noqa: E402

from bigledger_crm.imports.models import AT_WORK, Import  # noqa: E402
from bigledger_crm.imports.services import steps, working  # noqa: E402
from bigledger_crm.tenancy.actor import actor_for_member  # noqa: E402
from bigledger_crm.tenancy.models import Company, Membership, User  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from sales.services import open_company  # noqa: E402

HEADINGS = "Customer number,Name,Email,Phone,Street,City,Postal code,Country,Payment terms,Tags\n"


def main() -> int:
    """Imports and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, metavar="N", help="customers in the file")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--without-numbers", action="store_true", help="leave out customer numbers: names tell them")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    company = open_company("Imports")
    seconds: dict[str, float] = {}
    with company_scope(company):
        for step, taken, worked, queried in measure(company, arguments.rows, has_numbers=not arguments.without_numbers):
            seconds[step] = taken
            sys.stdout.write(
                f"{step:14} {taken:7.1f} s {arguments.rows / taken:9,.0f} rows/s, {worked:6.1f} s of this process and "
                f"{queried:6.1f} s of PostgreSQL's\n"
            )
            sys.stdout.flush()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"memory {memory} MB, load {os.getloadavg()[0]:.1f}\n")
    if arguments.json:
        figures = {"rows": arguments.rows, "seconds": seconds, "megabytes": memory, "load": os.getloadavg()[0]}
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def measure(company: Company, rows: int, *, has_numbers: bool = True) -> Iterator[tuple[str, float, float, float]]:
    """Each step with its seconds, and those that this process and PostgreSQL's were at work."""
    user = User.objects.create(email="imports@bench.example", name="Imports")
    member = Membership.objects.create(user=user, company=company, role="owner")
    actor = actor_for_member(member)
    lines = [HEADINGS, *map(line, range(rows))]
    content = "".join(one if has_numbers else one.partition(",")[2] for one in lines).encode()

    def new() -> Import:
        file = io.BytesIO(content)
        return steps.create_import(actor, "customers", filename="bench.csv", file=file, size=len(content))

    job = new()
    yield "read", *timed(job)
    yield "rehearse", *timed(steps.rehearse_import(actor, job))
    yield "run", *timed(steps.run_import(actor, job))
    again = new()
    timed(again)
    yield "rehearse again", *timed(steps.rehearse_import(actor, again))
    yield "undo", *timed(steps.undo_import(actor, job))


def line(number: int) -> str:
    """A row of the file."""
    phone = 60_300_000_000 + number
    return (
        f"C-{number:06},Customer {number} Sdn Bhd,customer{number}@bench.example,+{phone},{number} Jalan Ampang,"
        f"Kuala Lumpur,50450,Malaysia,{number % 90},bench;{number % 7}\n"
    )


def timed(job: Import) -> tuple[float, float, float]:
    """Seconds until nothing of the present step is left, those of this process, and those of PostgreSQL's."""
    began, worked, queried = time.monotonic(), time.process_time(), database_time()
    while Import.objects.filter(pk=job.pk, status__in=AT_WORK).exists():
        working.work(job.pk)
    return time.monotonic() - began, time.process_time() - worked, database_time() - queried


def database_time() -> float:
    """The seconds that the process of this connection was at work, on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
