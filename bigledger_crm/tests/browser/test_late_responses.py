"""Responses that are late, or that overtake each other: a page always ends with what was typed or chosen last."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page as Window
from playwright.sync_api import Request, Route, expect

from bigledger_crm.testing.browser import BrowserSession
from bigledger_crm.tests.browser.test_by_hand import new_quote

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


class HeldRequests:
    """Holds back the first requests that `are_meant`, until the test lets them go; all others go on."""

    def __init__(self, window: Window, are_meant: Callable[[Request], bool], count: int = 1) -> None:
        self.window, self.are_meant, self.count = window, are_meant, count
        self.routes: list[Route] = []
        window.route("**/*", self._take)

    def _take(self, route: Route) -> None:
        if len(self.routes) < self.count and self.are_meant(route.request):
            self.routes.append(route)
        else:
            route.fallback()

    def wait(self, count: int = 1) -> None:
        """Waits until as many are held."""
        while len(self.routes) < count:
            self.window.wait_for_timeout(20)  # lets Playwright tell of the request

    def let_go(self, place: int = 0) -> None:
        """Sends one to the server, and waits until the browser has the response."""
        route = self.routes[place]
        with self.window.expect_event("requestfinished", lambda request: request == route.request):
            route.continue_()


def posts(name: str) -> Callable[[Request], bool]:
    """Whether a request posts a field of this name."""
    field = re.compile(rf'\b{name}=1|name="{name}"')
    return lambda request: request.method == "POST" and bool(field.search(request.post_data or ""))


def test_what_is_typed_while_the_totals_come_counts(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/quotes/new")
    held = HeldRequests(window, posts("calculate"))
    window.locator("[name=lines-0-description]").fill("Oak desk")
    window.locator("[name=lines-0-quantity]").fill("2")
    window.locator("[name=lines-0-unit_price]").fill("-5")
    held.wait()
    window.locator("[name=lines-0-unit_price]").fill("250")
    held.let_go()
    expect(window.locator("[data-row='0'] > td").nth(7)).to_have_text("500.00")
    expect(window.locator("#lines-0-unit_price-error")).to_have_count(0)


def test_what_is_typed_before_the_scripts_are_there_counts(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    held = HeldRequests(window, lambda request: "line-editor" in request.url)
    window.goto("/quotes/new", wait_until="commit")
    held.wait()
    for name, value in (("description", "Oak desk"), ("quantity", "2"), ("unit_price", "250")):
        window.locator(f"[name=lines-0-{name}]").fill(value)
    held.let_go()
    expect(window.locator("[data-row='0'] > td").nth(7)).to_have_text("500.00")


def test_what_is_typed_while_the_total_of_a_credit_comes_counts(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/invoices?show=overdue")
    window.locator("td.table-main a, tbody a").first.click()
    window.wait_for_url("**/invoices/inv_*")
    window.goto(f"{window.url}/credit")
    held = HeldRequests(window, posts("total"))
    quantity = window.locator(".table-input input").first
    quantity.fill("many")
    held.wait()
    for field in window.locator(".table-input input").all():
        field.fill("0")
    quantity.fill("1")
    held.let_go()
    expect(window.locator("#quantities-total strong")).to_have_text(re.compile(r"[1-9]"))
    expect(window.locator("#quantities-total .field-error")).to_have_count(0)


def test_an_old_check_of_a_form_brings_no_error_back(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/customers/new")
    window.locator("[name=name]").fill("Late Sdn Bhd")
    email, terms = window.locator("[name=email]"), window.locator("[name=payment_terms]")
    email.fill("nonsense")
    terms.fill("400")
    window.get_by_role("button", name="Create customer").click()
    expect(email).to_be_focused()
    held = HeldRequests(window, posts("check"))
    terms.fill("30")  # while the email is still wrong
    held.wait()
    with window.expect_event("requestfailed", lambda request: request == held.routes[0].request):
        email.fill("late@customer.test")
    expect(window.locator("[aria-invalid=true]")).to_have_count(0)


def test_a_preview_that_is_out_of_date_is_not_waited_for(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    new_quote(window, "Oak desk")
    window.goto(f"{window.url}/send")
    shown = window.frame_locator(".email-preview-frame:visible")
    expect(shown.locator("body")).to_contain_text("Thank you for your enquiry")
    held = HeldRequests(window, lambda request: request.method == "POST" and request.url.endswith("/preview"), 2)
    message = window.locator("[name=message]:visible")
    message.fill("Our first price.")
    held.wait()
    with window.expect_event("requestfailed", lambda request: request == held.routes[0].request):
        message.fill("Our best price.")
    held.wait(2)
    held.let_go(1)
    expect(shown.locator("body")).to_contain_text("Our best price.")
    expect(window.locator(".email-preview-frame")).to_have_count(1)


def test_the_last_choice_of_a_list_counts(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/invoices")
    first = HeldRequests(window, lambda request: "show=overdue" in request.url)
    window.locator("#chip-overdue").click()
    first.wait()
    with window.expect_event("requestfailed", lambda request: request == first.routes[0].request):
        window.locator("#chip-paid").click()
    window.wait_for_url("**show=paid*")

    second = HeldRequests(window, lambda request: "show=issued" in request.url)
    window.locator("#chip-issued").click()
    second.wait()
    window.locator("#q").press_sequentially("borneo")
    second.let_go()
    window.wait_for_url("**q=borneo*")
    assert "show=issued" in window.url
    expect(window.locator("#chip-issued")).to_have_attribute("aria-current", "true")
