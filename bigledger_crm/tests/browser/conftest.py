"""One product and one Chromium for all tests here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bigledger_crm.testing.browser import BrowserSession, RunningApp, running_app, running_chromium


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[RunningApp]:
    """The running product with the demo company."""
    with running_app(tmp_path_factory.mktemp("house"), seed) as house:
        yield house


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser.  Not for the whole run: while it is up, Django takes its event loop for an asynchronous caller."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def desk(house: RunningApp, chromium: Browser) -> Iterator[BrowserSession]:
    """Opens windows; in the end no script may have failed and no policy been broken in any of them."""
    desk = BrowserSession(house, chromium)
    yield desk
    desk.close()
    assert desk.complaints == []
