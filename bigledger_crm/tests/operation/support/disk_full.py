"""Run beside a PostgreSQL of its own: makes its new processes unable to write far into a file, and back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()


def main() -> None:
    """Prints what the probe says before, while and after."""
    from bigledger_crm.health import database  # noqa: PLC0415  after django.setup()

    postmaster = int(Path(sys.argv[1], "postgres", "postmaster.pid").read_text().splitlines()[0])
    found = []
    for limit in ("unlimited", "65536", "unlimited"):
        _limit(postmaster, limit)
        found.append(database.write_problem())
    sys.stdout.write(json.dumps(found))


def _limit(pid: int, size: str) -> None:
    """As the user that PostgreSQL runs as: root of a container may not do it to others."""
    owner = psutil.Process(pid)
    command = ["prlimit", f"--pid={pid}", f"--fsize={size}:"]
    if os.geteuid() == 0:
        subprocess.run(command, check=True, user=owner.uids().real, group=owner.gids().real, extra_groups=[])
    else:
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
