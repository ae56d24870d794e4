"""pytest plugin: `--quick` takes what each app proves of itself, without servers and without tests that are slow.

Which are slow stands in slow_tests.txt: those whose functions took half a second or more with each set of parameters
on average.  A whole run with `--keep-slow` writes it anew.
"""

from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest

SLOW = Path(__file__).with_name("slow_tests.txt")
SECONDS = 0.5
# The whole system: every URL, every role, races, thousands of rows.  Of these --quick takes two folders only.
WHOLE_SYSTEM = "bigledger_crm/tests/"
QUICK = ("bigledger_crm/tests/operation/", "bigledger_crm/tests/structure/")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own."""
    parser.addoption("--quick", action="store_true", help="only what each app proves of itself, without servers")
    parser.addoption("--keep-slow", action="store_true", help="write down which tests are slow, after a whole run")


def pytest_configure(config: pytest.Config) -> None:
    """Where processes test side by side, the first one hears of all tests."""
    if config.getoption("--keep-slow") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Durations())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What --quick leaves out isn't even read, which takes seconds in each process."""
    if not config.getoption("--quick") or not collection_path.is_dir():
        return None
    path = f"{collection_path.relative_to(config.rootpath)}/"
    return (path.startswith(WHOLE_SYSTEM) and path != WHOLE_SYSTEM and not path.startswith(QUICK)) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what isn't quick."""
    if not config.getoption("--quick"):
        return
    slow = slow_tests()
    chosen = [item for item in items if _is_quick(item, slow)]
    config.hook.pytest_deselected(items=list(set(items) - set(chosen)))
    items[:] = chosen


def slow_tests() -> frozenset[str]:
    """The names of functions, such as `sales/tests/test_api.py::TestQuotes::test_one`."""
    return frozenset(SLOW.read_text().splitlines())


def _is_quick(item: pytest.Item, slow: frozenset[str]) -> bool:
    if item.get_closest_marker("processes") or _function(item.nodeid) in slow:
        return False
    return item.nodeid.startswith(QUICK) or not item.nodeid.startswith(WHOLE_SYSTEM)


def _function(nodeid: str) -> str:
    return nodeid.partition("[")[0]


class _Durations:
    """Hears how long each test took, with what it needed."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Of setting up, the test and clearing away."""
        self.seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Writes the list, of what --quick would take else."""
        functions = defaultdict(list)
        for nodeid, seconds in self.seconds.items():
            if nodeid.startswith(QUICK) or not nodeid.startswith(WHOLE_SYSTEM):
                functions[_function(nodeid)].append(seconds)
        slow = sorted(name for name, durations in functions.items() if mean(durations) >= SECONDS)
        SLOW.write_text("".join(f"{name}\n" for name in slow))
