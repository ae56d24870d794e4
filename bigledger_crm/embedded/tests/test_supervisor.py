import os
import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import pytest

from bigledger_crm.embedded.errors import EmbeddedError, Stopped
from bigledger_crm.embedded.logs import Printer
from bigledger_crm.embedded.processes import Child
from bigledger_crm.embedded.supervisor import LONGEST_PAUSE, Restart, Supervisor


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(Printer(StringIO()))
    yield supervisor
    supervisor.stop()


def python(name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code], dict(os.environ))


def test_every_failure_in_a_row_doubles_the_pause() -> None:
    restart = Restart(started=0)
    pauses = []
    for _ in range(7):
        pauses.append(restart.died(now=1))
        restart.begun(now=1)
    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    assert restart.died(now=61) == 1


def test_who_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    child = python("child", f"open({str(starts)!r}, 'a').write('x')")
    supervisor.add(child)
    supervisor.restarts["child"].pause = 0.01
    while not starts.exists() or len(starts.read_text()) < 2:
        supervisor.look_after()


@pytest.mark.parametrize(
    ("need_servers", "orders"),
    [
        ((), ["third second first "]),
        (("first", "third"), ["first third second ", "third first second "]),  # asked at the same moment
    ],
)
def test_the_last_one_started_stops_first(
    supervisor: Supervisor, tmp_path: Path, need_servers: Sequence[str], orders: Sequence[str]
) -> None:
    order = tmp_path / "order"
    for name in ("first", "second", "third"):
        code = "import signal, sys, time; signal.signal(15, lambda *a: (open(sys.argv[1], 'a').write(sys.argv[2]), "
        code += "sys.exit())); open(sys.argv[1] + sys.argv[2], 'w').close(); time.sleep(60)"
        child = python(name, code)
        child.arguments = [*child.arguments, str(order), f"{name} "]
        child.needs_servers = name in need_servers
        supervisor.add(child)
        supervisor.await_ready(child, Path(f"{order}{name} ").exists)
    assert supervisor.stop()
    assert order.read_text() in orders


def test_one_who_does_not_come_up_is_named(supervisor: Supervisor) -> None:
    child = python("web", "raise SystemExit(3)")
    supervisor.add(child)
    with pytest.raises(EmbeddedError, match="web ended with exit status 3"):
        supervisor.await_ready(child, lambda: False)


def test_nothing_starts_once_a_stop_was_asked_for(supervisor: Supervisor) -> None:
    supervisor.signals = 1
    child = python("web", "")
    with pytest.raises(Stopped):
        supervisor.add(child)
    with pytest.raises(Stopped):
        supervisor.run(child)
    assert child.process is None


def test_a_command_runs_to_its_end(supervisor: Supervisor) -> None:
    assert supervisor.run(python("demo", "print('made'); raise SystemExit(4)")) == 4
    assert isinstance(supervisor.printer.stream, StringIO)
    assert supervisor.printer.stream.getvalue() == "demo     | made\n"
