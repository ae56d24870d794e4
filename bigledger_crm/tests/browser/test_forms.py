"""Forms as people fill them in: typed days, the first wrong field, and errors that go when they are mended."""

import pytest
from playwright.sync_api import Page as Window
from playwright.sync_api import expect

from bigledger_crm.testing.browser import BrowserSession

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


def customer_form(browser_session: BrowserSession) -> Window:
    """The form of a new customer."""
    window = browser_session.window()
    window.goto("/customers/new")
    return window


def test_a_day_is_shown_in_words_when_its_field_is_left(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/quotes/new")
    day = window.locator("[name=quote_date]")
    for typed, words, weekday in (
        ("03/04/26", "3 Apr 2026", "Fri"),
        ("1.2.26", "1 Feb 2026", "Sun"),
        ("Oct 25 2006", "25 Oct 2006", "Wed"),
        ("2026-11-28", "28 Nov 2026", "Sat"),
    ):
        day.fill(typed)
        day.press("Tab")
        expect(day).to_have_value(words)
        expect(window.locator(".day-field:has([name=quote_date]) .day-weekday")).to_have_text(weekday)
    for typed in ("10/25/2026", "12/13/25"):
        day.fill(typed)
        day.press("Tab")
        expect(day).to_have_value(typed)
        expect(window.locator(".day-field:has([name=quote_date]) .day-weekday")).to_have_text("")


def test_what_is_wrong_has_the_focus_and_goes_when_it_is_mended(browser_session: BrowserSession) -> None:
    window = customer_form(browser_session)
    window.locator("[name=name]").fill("Mended Sdn Bhd")
    window.locator("[name=email]").fill("nonsense")
    window.locator("[name=payment_terms]").fill("400")
    window.get_by_role("button", name="Create customer").click()
    email, terms = window.locator("[name=email]"), window.locator("[name=payment_terms]")
    expect(email).to_be_focused()
    expect(terms).to_have_attribute("aria-invalid", "true")
    email.fill("still nonsense")
    expect(window.locator("#id_email_error")).to_have_text("Email format is invalid")
    email.fill("mended@walker.test")
    expect(window.locator("#id_email_error")).to_have_count(0)
    expect(terms).to_have_attribute("aria-invalid", "true")
    terms.fill("30")
    expect(window.locator("[aria-invalid=true]")).to_have_count(0)
    expect(window.locator("[data-form-errors]")).to_have_count(0)
    window.get_by_role("button", name="Create customer").click()
    expect(window.get_by_text("created").first).to_be_visible()


def test_without_a_script_the_first_wrong_field_has_the_focus_too(browser_session: BrowserSession) -> None:
    window = browser_session.window(java_script_enabled=False)
    window.goto("/customers/new")
    window.locator("[name=name]").fill("No Script")
    window.locator("[name=phone]").fill("nonsense")
    window.get_by_role("button", name="Create customer").click()
    expect(window.locator("[name=phone]")).to_be_focused()


def test_a_dialog_puts_its_buttons_to_the_right_and_tells_the_console_nothing(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    errors: list[str] = []
    window.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    window.goto("/invoices?show=overdue")
    window.locator("td.table-main a, tbody a").first.click()
    window.get_by_role("link", name="Record payment").click()
    dialog = window.locator("dialog[open]")
    amount = dialog.locator("[name=amount]")
    amount.fill("99999999")
    dialog.locator("[name=payment_date]").fill("12/13/25")
    dialog.get_by_role("button", name="Record payment").click()
    expect(amount).to_be_focused()
    expect(dialog.locator("[name=payment_date]")).to_have_value("12/13/25")
    expect(dialog.locator("[aria-invalid=true]")).to_have_count(2)
    buttons = dialog.locator(".dialog-form > .buttons > *")
    assert buttons.all_inner_texts() == ["Cancel", "Record payment"]
    assert errors == []


def test_a_logo_and_a_colour_are_seen_before_they_are_saved(browser_session: BrowserSession) -> None:
    window = browser_session.window()
    window.goto("/settings/documents")
    window.locator("input[type=color]").fill("#7a1f1f")
    expect(window.locator("[name=accent_color]")).to_have_value("#7a1f1f")
    window.locator("[name=letterhead]").fill("Since 1963")
    expect(window.locator("[data-show=letterhead]")).to_have_text("Since 1963")
    assert window.locator(".design-title").evaluate("one => getComputedStyle(one).color") == "rgb(122, 31, 31)"
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    window.locator("[name=logo]").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": pixel})
    expect(window.locator(".file-field")).to_contain_text("logo.png")
    expect(window.locator("[data-show=logo]")).to_be_visible()
