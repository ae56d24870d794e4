"""The simulator, in this process."""

from collections.abc import Iterator

import pytest

from invoicing.einvoice_simulator.tests.support import MyInvois, myinvois


@pytest.fixture
def lhdn() -> Iterator[MyInvois]:
    """A simulator that validates at once."""
    with myinvois() as made:
        yield made
