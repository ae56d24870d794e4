import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import MARK, Child, die_with_parent, left_over, marked_environment, stop_left_over

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = """
import subprocess, sys, time
from bigledger_crm.embedded.processes import Child
child = Child("child", [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"], {})
pipe = child.start()
pipe.readline()
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def python(code: str, layout: Layout, stop_seconds: float = 10) -> Child:
    environment = marked_environment(layout, os.environ)
    return Child("child", [sys.executable, "-c", code], environment, stop_seconds=stop_seconds)


@pytest.fixture
def child(layout: Layout) -> Iterator[Child]:
    child = python("import time; print('up', flush=True); time.sleep(60)", layout)
    assert child.start().readline() == b"up\n"
    yield child
    child.stop()


def test_a_child_stops_when_asked(child: Child) -> None:
    assert child.running
    assert child.stop()
    assert not child.running
    assert child.exit_code == -signal.SIGTERM
    assert child.stop()


def test_a_stubborn_child_is_killed(layout: Layout) -> None:
    child = python(STUBBORN, layout, stop_seconds=0.1)
    assert child.start().readline() == b"up\n"
    assert not child.stop()
    assert child.exit_code == -signal.SIGKILL


def test_what_an_earlier_start_left_is_found_by_its_mark(layout: Layout, child: Child, tmp_path: Path) -> None:
    assert child.process is not None
    assert [process.pid for process in left_over(layout)] == [child.process.pid]
    assert left_over(Layout(tmp_path / "other")) == []
    assert stop_left_over(layout) == 1
    assert child.exit_code == -signal.SIGTERM
    assert stop_left_over(layout) == 0


def test_what_does_not_stop_is_killed(layout: Layout) -> None:
    child = python(STUBBORN, layout)
    assert child.start().readline() == b"up\n"
    assert stop_left_over(layout, seconds=0.2) == 1
    assert child.exit_code == -signal.SIGKILL


def test_oneself_and_ones_parents_are_not_left_over(layout: Layout) -> None:
    code = "import sys; from pathlib import Path; from bigledger_crm.embedded import processes, paths;"
    code += "print(len(processes.left_over(paths.Layout(Path(sys.argv[1])))))"
    inner = [sys.executable, "-c", code, str(layout.data)]
    outer = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)", *inner]
    answer = subprocess.run(outer, env={**os.environ, MARK: str(layout.data)}, capture_output=True, check=True)
    assert answer.stdout == b"0\n"


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="only Linux can tie a child's life to its parent's")
def test_a_killed_parent_takes_its_child_along() -> None:
    assert die_with_parent(signal.SIGTERM)
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        descriptor = os.pidfd_open(number)
        parent.kill()
        parent.wait()
    try:
        poll = select.poll()
        poll.register(descriptor)
        assert poll.poll(10_000), "the child outlived its parent"
    finally:
        os.close(descriptor)
