"""From a new customer to a payment, as people go about it: by mouse, on a telephone, without JavaScript."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page as Window
from playwright.sync_api import expect

from bigledger_crm.testing.browser import NARROW, BrowserSession, RunningApp
from bigledger_crm.testing.product import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]

WAYS: dict[str, dict[str, Any]] = {
    "wide": {},
    "narrow": {"viewport": NARROW},
    "without JavaScript": {"java_script_enabled": False},
}
LINES = (("Oak desk", "4", "250"), ("Delivery", "1", "80"))


@dataclass
class Hand:
    """Presses what a person sees; of two things with one name the one in front."""

    window: Window

    def follow(self, name: str) -> None:
        """A link."""
        self.window.get_by_role("link", name=name, exact=True).locator("visible=true").last.click()

    def press(self, name: str) -> None:
        """A button."""
        self.window.get_by_role("button", name=name, exact=True).locator("visible=true").last.click()

    def arrives(self, page: str) -> None:
        """Waits for a page."""
        self.window.wait_for_url(f"**/{page}*")

    def sees(self, text: str) -> None:
        """Waits for a text."""
        expect(self.window.get_by_text(text, exact=True).locator("visible=true").first).to_be_visible()

    def takes(self, *quantities: str) -> None:
        """Fills in how much of each line."""
        fields = self.window.locator(".table-input input:visible")
        fields.first.wait_for()
        for place, quantity in enumerate(quantities):
            fields.nth(place).fill(quantity)


@pytest.fixture
def hand_in(browser_session: BrowserSession) -> Callable[[str], Hand]:
    """Somebody at a window of a kind."""
    return lambda way: Hand(browser_session.window(**WAYS[way]))


@pytest.mark.parametrize("way", WAYS)
def test_from_a_new_customer_to_a_payment(running_app: RunningApp, hand_in: Callable[[str], Hand], way: str) -> None:
    hand, name = hand_in(way), f"Walker {way}"
    address = f"{way.replace(' ', '.').lower()}@walker.test"
    window = hand.window
    window.goto("/customers/new")
    window.locator("[name=name]").fill(name)
    window.locator("[name=email]").fill(address)
    hand.press("Create customer")
    hand.arrives("customers/cust_")
    customer = window.url

    hand.follow("New quote")
    hand.arrives("quotes/new")
    for place, (description, quantity, price) in enumerate(LINES):
        window.locator(f"[name=lines-{place}-description]").fill(description)
        window.locator(f"[name=lines-{place}-quantity]").fill(quantity)
        window.locator(f"[name=lines-{place}-unit_price]").fill(price)
    hand.press("Save draft")
    hand.arrives("quotes/quote_")
    hand.follow("Send")
    hand.press("Send quote")
    hand.sees("Sent")
    hand.follow("Mark as accepted")
    window.locator("[name=accepted_by]:visible").fill("Wanda Walker")
    hand.press("Mark as accepted")
    hand.sees("Accepted")
    hand.press("Convert to order")
    hand.arrives("sales-orders/so_")

    hand.follow("Ship")
    hand.takes("2", "0")
    hand.press("Ship")
    hand.sees("Partially shipped")
    expect(window.locator("main")).to_contain_text("2 shipped")
    hand.follow("Create invoice")
    hand.takes("2", "0")
    hand.press("Create draft invoice")
    hand.arrives("invoices/inv_")
    hand.follow("Send")
    hand.press("Send invoice")
    hand.sees("Due")
    hand.follow("Record payment")
    window.locator("[name=amount]:visible").fill("200")
    hand.press("Record payment")
    hand.sees("Partially paid")

    window.goto(customer)
    owed = window.locator(".metric", has_text=re.compile("Balance")).first
    expect(owed).to_contain_text("300.00")
    wait_for(lambda: [email for email in running_app.mail.delivered if email.recipients == [address]][1:], 60)
    assert "The books are correct" in running_app.product.manage("check_books")
