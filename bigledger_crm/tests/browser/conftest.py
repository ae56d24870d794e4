"""One product and one Chromium for all tests here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bigledger_crm.testing.browser import BrowserSession, RunningApp, start_app, start_chromium


@pytest.fixture(scope="package")
def running_app(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[RunningApp]:
    """The running product with the demo company."""
    with start_app(tmp_path_factory.mktemp("product"), seed) as running_app:
        yield running_app


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser.  Not for the whole run: while it is up, Django takes its event loop for an asynchronous caller."""
    with start_chromium() as browser:
        yield browser


@pytest.fixture
def browser_session(running_app: RunningApp, chromium: Browser) -> Iterator[BrowserSession]:
    """Opens windows; in the end no script may have failed and no policy been broken in any of them."""
    browser_session = BrowserSession(running_app, chromium)
    yield browser_session
    browser_session.close()
    assert browser_session.complaints == []
