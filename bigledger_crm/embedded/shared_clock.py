"""The clock of a rehearsal, shared with commands that run beside it: where `manage.py up` stands, they stand too."""

import contextlib
import fcntl
import json
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.environment_files import is_given

NAMES = ("BIGLEDGER_CLOCK", "BIGLEDGER_CLOCK_REFERENCE")


@contextlib.contextmanager
def announced(layout: Layout, environment: MutableMapping[str, str]) -> Iterator[None]:
    """Tells commands about the clock of `environment`, if it was set, until the block ends."""
    path = _path(layout)
    clock = {name: environment[name] for name in NAMES if environment.get(name)}
    if not clock:
        path.unlink(missing_ok=True)
        yield
        return
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # held while the rehearsal lasts, freed however it ends
        json.dump(clock, file)
        file.flush()
        yield
    path.unlink(missing_ok=True)


def join(layout: Layout, environment: MutableMapping[str, str]) -> None:
    """Takes over the clock of a rehearsal that runs on this data directory, unless one is set or it has ended."""
    if environment.get("BIGLEDGER_CLOCK") or is_given("DATABASE_URL", environment):
        return
    try:
        file = _path(layout).open()
    except OSError:
        return  # no rehearsal, or none that concerns this user
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            environment.update(json.load(file))


def _path(layout: Layout) -> Path:
    return layout.run / "clock.json"
