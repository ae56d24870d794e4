"""The two pages of the API's description work under a policy that allows nothing inline."""

import pytest
from playwright.sync_api import expect

from bigledger_crm.testing.browser import BrowserSession

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/redoc"])
def test_the_description_is_shown(browser_session: BrowserSession, path: str) -> None:
    window = browser_session.window(signed_in=False)
    answer = window.goto(path)
    assert answer is not None
    assert "unsafe" not in answer.headers["content-security-policy"]
    expect(window.get_by_role("main").or_(window.locator("main")).first).to_contain_text("/api/v1/customers")
    expect(window.get_by_text("Authentication.").first).to_be_visible()
