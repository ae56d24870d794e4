import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.lock import hold, wait_for

HOLD = """
import sys
from pathlib import Path
from bigledger_crm.embedded.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_one_is_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "up.lock"
    with (
        hold(path),
        pytest.raises(EmbeddedError, match=f"process {os.getpid()} holds .*BIGLEDGER_DATA_DIR"),
        hold(path),
    ):
        pass
    with hold(path):
        assert path.read_text() == str(os.getpid())


def test_one_who_waits_comes_after(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    order = []
    with ThreadPoolExecutor() as pool:

        def second() -> None:
            with wait_for(path):
                order.append("second")

        with wait_for(path):
            later = pool.submit(second)
            with pytest.raises(TimeoutError):
                later.result(timeout=0.2)
            order.append("first")
        later.result(timeout=300)
    assert order == ["first", "second"]


def test_a_killed_holder_leaves_it_free(tmp_path: Path) -> None:
    path = tmp_path / "up.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(EmbeddedError, match=f"process {holder.pid} holds"), hold(path):
            pass
        holder.kill()
        holder.wait()
    with hold(path):
        assert path.read_text() == str(os.getpid())
