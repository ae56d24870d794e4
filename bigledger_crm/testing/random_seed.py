"""pytest plugin: chance is the same in every run, but with --random-seed.

`--random-seed=new` draws a number and says it, `--random-seed=N` repeats what that number did.
"""

import random

import pytest
from hypothesis import settings

# How long an example takes depends on what else the machine does; pytest's own timeout is enough.  Without a database
# of examples a run doesn't depend on the one before.
settings.register_profile("fixed", deadline=None, database=None, derandomize=True, print_blob=True)
settings.register_profile("free", deadline=None, database=None, derandomize=False, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option of our own."""
    parser.addoption("--random-seed", metavar="N|new", help="other random examples than those of every run")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before Hypothesis looks for a seed, and before processes that test side by side are given the options."""
    if config.option.random_seed == "new":
        config.option.random_seed = str(random.SystemRandom().randrange(2**32))
    if config.option.random_seed is None:
        settings.load_profile("fixed")
    else:
        settings.load_profile("free")
        config.option.hypothesis_seed = config.option.random_seed


def pytest_report_header(config: pytest.Config) -> str | None:
    """Says how the run can be repeated."""
    seed = config.option.random_seed
    return None if seed is None else f"repeat with: --random-seed={seed}"


@pytest.fixture
def random_seed(request: pytest.FixtureRequest) -> int:
    """The number that a test's own chance begins with."""
    return int(request.config.option.random_seed or 0)
