"""A client of MyInvois and a server that does as it is told."""

from collections.abc import Iterator

import pytest

from invoicing.myinvois.tests.support import Bench, bench


@pytest.fixture
def at() -> Iterator[Bench]:
    """A client and its server."""
    with bench() as made:
        yield made
