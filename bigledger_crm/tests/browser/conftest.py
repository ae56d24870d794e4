"""One product and one Chromium for all tests here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bigledger_crm.testing.browser import Desk, House, running_chromium, running_house


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[House]:
    """The running product with the demo company."""
    with running_house(tmp_path_factory.mktemp("house"), seed) as house:
        yield house


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser.  Not for the whole run: while it is up, Django takes its event loop for an asynchronous caller."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def desk(house: House, chromium: Browser) -> Iterator[Desk]:
    """Opens windows; in the end no script may have failed and no policy been broken in any of them."""
    desk = Desk(house, chromium)
    yield desk
    desk.close()
    assert desk.complaints == []
