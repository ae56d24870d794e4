"""What goes wrong at real desks: no mouse, two people at once, double clicks, emails that fail."""

import re

import pytest
from playwright.sync_api import Page as Window
from playwright.sync_api import Route, expect

from bigledger_crm.testing.browser import NARROW, BrowserSession, RunningApp
from bigledger_crm.testing.product import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]

FOCUSED = "document.activeElement.matches(':focus-visible, iframe, body')"  # what a frame shows is its own matter
NAME = "(document.activeElement.name || '') + '|' + (document.activeElement.textContent || '').trim()"


def tab_to(window: Window, name: str) -> None:
    """Tabs on until the field or button of this name has the focus, which must be seen wherever it is."""
    for _ in range(120):
        window.keyboard.press("Tab")
        assert window.evaluate(FOCUSED)
        field, _, text = window.evaluate(NAME).partition("|")
        if name in (field, text):
            return
    pytest.fail(f"Tab never comes to {name}")


def type_into(window: Window, name: str, text: str) -> None:
    """Tabs to a field and types."""
    tab_to(window, name)
    window.keyboard.press("Control+a")
    window.keyboard.type(text)


def new_quote(window: Window, description: str) -> str:
    """A draft for the first customer, made through the page; its URL."""
    window.goto("/quotes/new")
    window.locator("[name=customer]").fill("CUST-0001")
    window.locator("[name=lines-0-description]").fill(description)
    window.locator("[name=lines-0-quantity]").fill("1")
    window.locator("[name=lines-0-unit_price]").fill("100")
    window.get_by_role("button", name="Save draft").locator("visible=true").first.dblclick()
    expect(window).to_have_url(re.compile("/quotes/quote_"))  # the second click stops the first one's answer
    return window.url


def test_by_keyboard_alone(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.keyboard.press("Control+k")
    window.keyboard.type("new customer")
    expect(window.locator("#palette-results a").first).to_contain_text("New customer")
    window.keyboard.press("Enter")
    window.wait_for_url("**/customers/new")
    type_into(window, "name", "Keys and Sons")
    type_into(window, "email", "keys@walker.test")
    tab_to(window, "Create customer")
    window.keyboard.press("Enter")
    window.wait_for_url("**/customers/cust_*")
    tab_to(window, "New quote")
    window.keyboard.press("Enter")
    window.wait_for_url("**/quotes/new*")
    type_into(window, "lines-0-description", "Oak desk")
    type_into(window, "lines-0-quantity", "2")
    type_into(window, "lines-0-unit_price", "250")
    window.keyboard.press("Control+Enter")
    window.wait_for_url("**/quotes/quote_*")
    tab_to(window, "Send")
    window.keyboard.press("Enter")
    expect(window.locator("dialog[open]")).to_be_visible()
    tab_to(window, "Send quote")
    window.keyboard.press("Enter")
    expect(window.get_by_text("Sent", exact=True).first).to_be_visible()
    open_dialog(window, "Mark as accepted")
    type_into(window, "accepted_by", "Kay Keys")
    go(window, "Mark as accepted", "Accepted")
    go(window, "Convert to order", "Confirmed")
    open_dialog(window, "Ship")
    type_into_first_row(window, "1")
    go(window, "Ship", "Partially shipped")
    expect(window.locator("main")).to_contain_text("1 shipped")
    open_dialog(window, "Create invoice")
    type_into_first_row(window, "1")
    go(window, "Create draft invoice", "Draft")
    open_dialog(window, "Send")
    go(window, "Send invoice", "Due")
    open_dialog(window, "Record payment")
    go(window, "Record payment", "Paid")


def go(window: Window, name: str, state: str) -> None:
    """Presses a button by Enter and waits for what the page says then."""
    tab_to(window, name)
    window.keyboard.press("Enter")
    expect(window.locator("dialog[open]")).to_have_count(0)
    expect(window.locator("main").get_by_text(state, exact=True).first).to_be_visible()


def open_dialog(window: Window, name: str) -> None:
    """Opens a dialog by Enter; it takes the focus to its first field, and keeps it there when all is in place."""
    tab_to(window, name)
    window.keyboard.press("Enter")
    expect(window.locator("dialog[open] #dialog-body:not(.htmx-settling) form :focus")).to_have_count(1)


def type_into_first_row(window: Window, quantity: str) -> None:
    """Tabs to how much of the first line and types."""
    name = window.locator("dialog[open] .table-input input").first.get_attribute("name")
    assert name
    type_into(window, name, quantity)


def test_a_dialog_gives_the_focus_back_and_the_sheet_lists_keys(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    new_quote(window, "Focus")
    send = window.get_by_role("link", name="Send", exact=True)
    send.click()
    expect(window.locator("dialog[open]")).to_be_visible()
    window.keyboard.press("Escape")
    expect(send).to_be_focused()
    window.keyboard.press("?")
    expect(window.locator("#shortcuts")).to_contain_text("Invoices")
    window.keyboard.press("Escape")
    window.keyboard.press("g")
    window.keyboard.press("i")
    window.wait_for_url("**/invoices")


def test_double_clicks_and_reloads_make_nothing_twice(running_app: RunningApp, browser_session: BrowserSession) -> None:
    window = browser_session.window()
    quotes = "SELECT count(*) FROM sales_quote q JOIN sales_quoteline l ON l.quote_id = q.id WHERE l.description = %s"
    new_quote(window, "Clicked twice")
    window.reload()
    assert running_app.product.query(quotes, ["Clicked twice"]) == [(1,)]
    window.get_by_role("link", name="Send", exact=True).click()
    window.get_by_role("button", name="Send quote").dblclick()
    expect(window.get_by_text("Sent", exact=True).first).to_be_visible()
    number = window.locator("h1").inner_text()
    emails = (
        "SELECT count(*) FROM outbox_outboxemail m JOIN documents_storeddocument d ON d.id = m.stored_document_id "
        "WHERE d.number = %s"
    )
    assert running_app.product.query(emails, [number]) == [(1,)]


def test_two_people_at_one_quote(browser_session: BrowserSession) -> None:
    alice, bob = browser_session.window(), browser_session.window()
    url = new_quote(alice, "Shared")
    for window in (alice, bob):
        window.goto(f"{url}/edit")
    for window, words in ((alice, "Alice was first"), (bob, "Bob came second")):
        window.locator("[name=title]").fill(words)
        window.get_by_role("button", name=re.compile("^Save")).locator("visible=true").first.click()
    alice.wait_for_url(url)
    expect(bob.get_by_text("Someone else changed this in the meantime")).to_be_visible()
    expect(bob.locator("#conflict")).to_contain_text("Alice was first")
    expect(bob.locator("[name=title]")).to_have_value("Bob came second")
    bob.get_by_role("button", name="Save these choices").click()
    bob.wait_for_url(url)
    expect(bob.locator("main")).to_contain_text("Bob came second")


def test_an_email_that_fails_is_seen_and_sent_again(running_app: RunningApp, browser_session: BrowserSession) -> None:
    window = browser_session.window()
    new_quote(window, "To be refused")
    window.get_by_role("link", name="Send", exact=True).click()
    to = window.locator("[name=to]:visible")
    to.fill("refused@walker.test")
    running_app.mail.answers["refused@walker.test"] = ["550 5.1.1 No such person"]
    window.get_by_role("button", name="Send quote").click()
    expect(window.get_by_text("Sent", exact=True).first).to_be_visible()
    document = window.url

    def is_seen() -> bool:
        window.goto(document)
        return window.get_by_text(re.compile("No such person|could not be delivered|Failed")).count() > 0

    wait_for(is_seen, 40)
    window.locator("a[href*='/outbox/']").first.click()
    expect(window.get_by_text("No such person").first).to_be_visible()
    window.get_by_role("button", name="Try again now").click()
    wait_for(lambda: [email for email in running_app.mail.delivered if email.recipients == ["refused@walker.test"]], 40)


def _nothing(route: Route) -> None:
    route.fulfill(body="", content_type="text/javascript")


def test_an_email_can_be_taken_back(running_app: RunningApp, browser_session: BrowserSession) -> None:
    window = browser_session.window()
    new_quote(window, "Too early")
    window.get_by_role("link", name="Send", exact=True).click()
    window.locator("[name=to]:visible").fill("early@walker.test")
    window.route("**/js/messages*.js", _nothing)  # which takes the offer away after seconds
    with running_app.product.worker_held():
        window.get_by_role("button", name="Send quote").click()
        window.get_by_role("button", name="Undo").click()
        expect(window.get_by_text(re.compile("Email cancelled")).first).to_be_visible()
    assert [email for email in running_app.mail.delivered if email.recipients == ["early@walker.test"]] == []


def test_an_address_is_copied(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/customers/new")
    window.locator("[name=name]").fill("Two Doors")
    window.locator("[name=email]").fill("doors@walker.test")
    window.locator("[name=address_city]").fill("Kuching")
    window.locator("[name=address_country]").select_option("MY")
    window.get_by_text("Shipping address, if different").click()
    window.get_by_role("button", name="Copy address").locator("visible=true").click()
    window.locator("[name=shipping_address_street]").fill("2 Harbour Road")
    assert window.locator("[name=shipping_address_city]").input_value() == "Kuching"
    assert window.locator("[name=shipping_address_country]").input_value() == "MY"
    assert window.locator("[name=billing_address_city]").input_value() == ""
    window.get_by_role("button", name="Create customer").click()
    expect(window.get_by_text("2 Harbour Road")).to_be_visible()


def test_the_palette_opens_the_first_row_that_it_finds(browser_session: BrowserSession) -> None:
    window, held = browser_session.window(), list[Route]()
    window.keyboard.press("Control+k")
    window.keyboard.type("CUST-0003")
    first = window.locator("#palette-results a").first
    expect(first).to_contain_text("CUST-0003")
    assert first.evaluate("row => getComputedStyle(row).backgroundColor") != "rgba(0, 0, 0, 0)"  # marked
    window.keyboard.press("Enter")
    window.wait_for_url("**/customers/cust_*")
    expect(window.locator("main")).to_contain_text("CUST-0003")

    window.keyboard.press("Control+k")  # once more, with Enter before anything was found
    window.route("**/search?q=CUST-0004*", lambda route: held.append(route))
    window.keyboard.type("CUST-0004")
    window.keyboard.press("Enter")
    while not held:
        window.wait_for_timeout(20)  # lets Playwright tell of the request
    held[0].continue_()
    expect(window.locator("main")).to_contain_text("CUST-0004")
    assert "/customers/cust_" in window.url


def test_the_current_tab_is_in_sight_on_a_telephone(browser_session: BrowserSession) -> None:
    window = browser_session.window(viewport=NARROW)
    window.goto("/customers")
    window.locator("tbody .table-main a").first.click()
    window.wait_for_url("**/customers/cust_*")
    customer = window.url
    for name in ("statement", "activity", "contacts"):
        window.goto(f"{customer}/{name}")
        tab = window.locator(".tab[aria-current]")
        box = tab.bounding_box()
        assert box, name
        assert 0 <= box["x"] <= NARROW["width"] - box["width"], name


def test_the_bank_queue_by_keyboard(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/bank")
    rows = window.locator(".queue-row")
    first, count = rows.first.text_content(), rows.count()
    window.keyboard.press("ArrowDown")
    window.wait_for_url(re.compile(r"/bank\?on=bt_"))
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    window.keyboard.press("ArrowUp")
    expect(rows.first).to_have_attribute("aria-current", "true")
    window.keyboard.press("Enter")
    expect(window.get_by_text("matched", exact=False).first).to_be_visible()
    expect(rows).to_have_count(count - 1)
    window.keyboard.press("u")
    expect(rows).to_have_count(count)
    assert rows.first.text_content() == first
    window.keyboard.press("i")
    expect(rows).to_have_count(count - 1)
    window.keyboard.press("u")
    expect(rows).to_have_count(count)
