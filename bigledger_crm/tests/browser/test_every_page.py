"""Every page that a person can open: nothing serious for axe in light and dark, nothing wider than the screen."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Window

from bigledger_crm.testing.browser import WIDE, BrowserSession, RunningApp
from bigledger_crm.testing.tenancy_call import Page
from bigledger_crm.tests.browser.fixtures import SHOWN, furnish

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


PARTS = 5
# A telephone's, then the least widths of the style sheets' layouts: wider windows leave more room for each.
WIDTHS = (360, 512, 704, 896, 960, 1024, 1120, 1180, 1216, 1280)


@pytest.fixture(scope="module")
def world(running_app: RunningApp) -> dict[str, str]:
    """The public ids of objects to look at."""
    return furnish(running_app)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound(browser_session: BrowserSession, world: dict[str, str], part: int) -> None:
    window = browser_session.window()
    found = [line for page in SHOWN[part::PARTS] for line in _faults(window, page, page.path_for(world))]
    assert found == []


def test_the_sign_in_page_is_sound(browser_session: BrowserSession) -> None:
    assert _faults(browser_session.window(signed_in=False), Page("sign-in"), "/sign-in") == []


def _faults(window: Window, page: Page, path: str) -> list[str]:
    window.set_viewport_size(WIDE)
    window.emulate_media(color_scheme="light")
    answer = window.goto(path)
    assert answer is not None
    if answer.status != 200:
        return [f"{page}: {answer.status}"]
    found = _axe(window, page, "light")
    window.emulate_media(color_scheme="dark")
    found += _axe(window, page, "dark", runOnly=["color-contrast"])  # what else could differ?
    return found + [fault for width in WIDTHS for fault in _overflow(window, page, width)]


def _overflow(window: Window, page: Page, width: int) -> list[str]:
    """What makes a page scroll sideways in a window of this width."""
    window.set_viewport_size({"width": width, "height": WIDE["height"]})
    wider = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{page}: {wider} px wider than a screen of {width}"] if wider > 0 else []


def _axe(window: Window, page: Page, scheme: str, **options: Any) -> list[str]:
    result = Axe().run(window, options={"iframes": False, "resultTypes": ["violations"], **options})
    return [
        f"{page} in {scheme}: {violation['id']} at {violation['nodes'][0]['target']}: {violation['help']}"
        for violation in result.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
