"""The email beside the form that writes it follows what is typed."""

import pytest
from playwright.sync_api import expect

from bigledger_crm.testing.browser import BrowserSession
from bigledger_crm.tests.browser.test_by_hand import new_quote

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("in_dialog", [True, False])
def test_the_preview_follows_what_is_typed(browser_session: BrowserSession, in_dialog: bool) -> None:
    window = browser_session.window()
    new_quote(window, "Oak desk")
    if in_dialog:
        window.get_by_role("link", name="Send", exact=True).click()
    else:
        window.goto(f"{window.url}/send")
    shown = window.frame_locator(".email-preview-frame:visible")
    expect(shown.locator("body")).to_contain_text("Thank you for your enquiry")
    window.locator("[name=message]:visible").fill("Our best price, as agreed on the telephone.")
    expect(shown.locator("body")).to_contain_text("as agreed on the telephone")
    window.locator("[name=subject]:visible").press_sequentially(" and more")
    expect(shown.locator("body")).to_contain_text("and more")
    expect(window.locator(".email-preview-frame")).to_have_count(1)
