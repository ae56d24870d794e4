"""Lists at a real desk: narrowing while one types, choosing a range of rows, doing something to them, taking a file."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bigledger_crm.testing.browser import BrowserSession, RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


def emails_of(running_app: RunningApp) -> int:
    """How many emails about invoices there are."""
    ((count,),) = running_app.product.query("SELECT count(*) FROM outbox_outboxemail WHERE kind = 'invoice.sent'")
    return int(count)


def test_a_list_is_narrowed_and_its_rows_are_sent(browser_session: BrowserSession, running_app: RunningApp) -> None:
    window, before = browser_session.window(), emails_of(running_app)
    window.goto("/invoices")
    window.locator("#q").press_sequentially("borneo")
    window.wait_for_url("**q=borneo*")
    expect(window.locator("#list-count")).to_contain_text(re.compile(r"\d+ rows?"))
    assert window.evaluate("document.activeElement.id") == "q"
    window.get_by_text("Filter", exact=True).click()
    window.locator(".list-filter > summary", has_text="Total").click()
    window.locator("[name=totalMin]").fill("100")
    window.get_by_role("button", name="Apply").click()
    window.wait_for_url("**totalMin=100*")
    window.locator("#chip-issued").click()
    window.wait_for_url("**show=issued*")
    assert "q=borneo" in window.url
    assert window.evaluate("document.activeElement.id") == "chip-issued"
    boxes = window.locator("input[name=row]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(window.locator("[data-chosen]")).to_have_text("3 selected")
    window.get_by_role("button", name="Send", exact=True).click()
    expect(window.get_by_text("Each invoice is emailed to its customer")).to_be_visible()
    window.get_by_role("button", name="Send: 3 rows").dblclick()
    expect(window.locator("tbody .badge")).to_have_text(["Done"] * 3)
    window.get_by_role("link", name="Back to the list").click()
    window.wait_for_url("**show=issued*")
    assert "totalMin=100" in window.url
    assert emails_of(running_app) == before + 3


def test_a_view_is_saved_and_a_file_taken(browser_session: BrowserSession, tmp_path: Path) -> None:
    window = browser_session.window()
    window.goto("/invoices?show=overdue&sort=due")
    window.get_by_text("Views", exact=True).click()
    window.get_by_label("Save this view as").fill("Late, oldest first")
    window.get_by_role("button", name="Save view").click()
    window.goto("/invoices")
    window.get_by_text("Views", exact=True).click()
    window.get_by_role("link", name="Late, oldest first").click()
    window.wait_for_url("**sort=due*")
    rows = window.locator("tbody tr").count()
    window.get_by_text("Export", exact=True).click()
    with window.expect_download() as download:
        window.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "late.csv")
    assert len((tmp_path / "late.csv").read_text().splitlines()) == rows + 1


def test_without_javascript_a_list_does_the_same(browser_session: BrowserSession) -> None:
    window = browser_session.window(java_script_enabled=False)
    window.goto("/quotes")
    window.locator("#q").fill("a")
    window.get_by_role("button", name="Search").click()
    window.wait_for_url("**q=a*")
    window.locator("#list-filters > summary").click()
    window.locator(".list-filter > summary", has_text="Total").click()
    window.locator("[name=totalMin]").fill("ten")
    window.get_by_role("button", name="Apply").click()
    expect(window.locator("#wrong-totalMin")).to_be_visible()
    expect(window.locator("[name=totalMin]")).to_have_value("ten")
    window.locator("[name=totalMin]").fill("10")
    window.get_by_role("button", name="Apply").click()
    expect(window.get_by_text("Total from: 10")).to_be_visible()
    window.locator("input[name=row]").first.check()
    window.get_by_role("button", name="Send", exact=True).click()
    expect(window.get_by_role("button", name="Send: 1 row")).to_be_visible()
