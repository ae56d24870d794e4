"""How fast the product is through real HTTP, at any size, beside a floor of bare functions on the same tables.

    .venv/bin/python -m bench.load --invoices 10000 100000 1000000 --json figures.json

For each size a throwaway database is filled by `generate_data`; the product is served as `bin/run` serves it, and the
floor (bench/floor.py) by the same gunicorn.  Their rounds take turns, one request at a time and eight at once: medians
and 95th percentiles in milliseconds, requests per second at eight, queries, errors, and how many times longer than the
floor it takes, with its goal; in the end the memory of both.  The client is on the same machine and needs its
processors too.
"""

import argparse
import json
import subprocess
import sys
from math import inf
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
# What each should take: so many times the floor, or so many milliseconds.
RATIOS = {
    "list of 50 invoices": 4,
    "a page in the middle": 4,
    "unpaid by due date": 4,
    "customers by part of a name": 4,
    "one invoice": 4,
    "a new invoice": 5,
}
MILLISECONDS = {"quote to payment": 50, "customer summary": 10, "sales funnel of a year": 30}
# Where the time goes of what takes longer.
WHY = {
    "quote to payment": "six requests of 14 to 38 queries, each a transaction that is on disk before it answers",
    "sales funnel of a year": "quotes of days that have just changed, as in these rounds, are read one by one",
}
COLUMNS = (("median", "ms"), ("p95", "p95"), ("median8", "ms at 8"), ("rate8", "per s"), ("queries", "queries"))


def main() -> int:
    """Measures every size and prints a table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, nargs="+", default=[10_000], metavar="N", help="sizes of the company")
    parser.add_argument("--json", type=Path, help="writes the figures to this file too")
    arguments = parser.parse_args()
    figures = {}
    for size in arguments.invoices:
        figures[size] = _run(size)
        _print(size, figures[size])
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def _run(size: int) -> Any:
    embedded = [sys.executable, "-m", "bigledger_crm.embedded", "exec", "--throwaway", "--"]
    command = [*embedded, sys.executable, "-m", "bench.load_of_one_size", str(size)]
    done = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _print(size: int, found: dict[str, Any]) -> None:
    head = "".join(f"{label:>9}" for _name, label in COLUMNS)
    sys.stdout.write(f"\n{size:,} invoices\n{'':34}{head}{'floor':>9}{'ratio':>9}{'goal':>9}{'errors':>9}\n")
    missed = []
    for name, one in found["operations"].items():
        line = f"{name:34}" + "".join(f"{one[column]:9.1f}" for column, _label in COLUMNS[:-1]) + f"{one['queries']:9}"
        floor = one.get("floor")
        ratio = one["median"] / floor if floor else None
        beside = f"{floor:9.2f}{ratio:9.1f}" if floor else f"{'–':>9}{'–':>9}"
        goal = f"≤ {RATIOS[name]}" if name in RATIOS else f"≤ {MILLISECONDS[name]} ms" if name in MILLISECONDS else "–"
        sys.stdout.write(f"{line}{beside}{goal:>9}{one['errors']:9}\n")
        if (ratio or 0) > RATIOS.get(name, inf) or one["median"] > MILLISECONDS.get(name, inf):
            missed.append(name)
    for name in missed:
        sys.stdout.write(f"over its goal: {name}" + (f"; {WHY[name]}\n" if name in WHY else "\n"))
    memory = ", ".join(f"{name} {size:.0f} MiB" for name, size in found["memory"].items())
    sys.stdout.write(f"memory: {memory}; database {found['gigabytes']:.2f} GB\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
