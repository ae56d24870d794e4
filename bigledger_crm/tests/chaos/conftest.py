"""One running product for all tests of the group, and how hard they are on it."""

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bigledger_crm.tests.chaos.running_app import RunningApp

ROUNDS = 5


@dataclass(frozen=True)
class Force:
    """The short form does what it does at set moments; the long one at random ones, and waits as long as it takes."""

    is_long: bool
    dice: random.Random

    def pick(self, short: float, least: float, most: float) -> float:
        """A number for this form of the test."""
        return self.dice.uniform(least, most) if self.is_long else short


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The long form goes through the tests that ask for a `round_` several times."""
    if "round_" in metafunc.fixturenames:
        metafunc.parametrize("round_", range(ROUNDS if metafunc.config.getoption("--chaos") else 1))


@pytest.fixture
def force(request: pytest.FixtureRequest) -> Force:
    """The same dice in every run of the short form, others each time in the long one; a failure shows the seed."""
    is_long = bool(request.config.getoption("--chaos"))
    seed = int(request.config.option.random_seed or (random.randrange(2**32) if is_long else 0))
    sys.stdout.write(f"dice: {seed}\n")
    return Force(is_long, random.Random(seed))


@pytest.fixture(scope="package")
def started_app(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[RunningApp]:
    """Started once."""
    with ExitStack() as stack:
        running_app = RunningApp(tmp_path_factory.mktemp("chaos"), seed, stack)
        running_app.open()
        yield running_app


@pytest.fixture
def running_app(started_app: RunningApp) -> Iterator[RunningApp]:
    """The running product, in order before the test and after it."""
    yield started_app
    started_app.settle()
