"""The lines of a document at a real desk: what is offered while one types, what is said and when, what is pasted."""

import re

import pytest
from playwright.sync_api import Page as Window
from playwright.sync_api import expect

from bigledger_crm.testing.browser import BrowserSession

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
PASTE = """([cell, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(cell).dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def window(browser_session: BrowserSession) -> Window:
    """A new quote."""
    window = browser_session.window()
    window.goto("/quotes/new")
    return window


def cell(window: Window, name: str, row: int = 0) -> str:
    """What stands in a cell."""
    return window.locator(f"[name=lines-{row}-{name}]").input_value()


def focused(window: Window) -> str:
    """The name of the field with the focus."""
    return str(window.evaluate("document.activeElement.name"))


def message(window: Window, name: str, row: int = 0) -> str:
    """What is said under a cell; nothing where its row says nothing."""
    found = window.locator(f"#lines-{row}-{name}-error")
    return found.inner_text() if found.count() else ""


def test_enter_and_tab_take_the_first_hit(window: Window) -> None:
    customer = window.locator("[name=customer]")
    customer.press_sequentially("borneo")
    customer.press("Enter")
    expect(customer).to_have_value(re.compile(r"Borneo.*\(CUST-\d+\)"))
    customer.press("Enter")
    assert window.url.endswith("/quotes/new")
    assert focused(window) != "customer"
    customer.fill("")
    customer.press_sequentially("borneo")
    customer.press("Tab")
    expect(customer).to_have_value(re.compile(r"Borneo.*\(CUST-\d+\)"))

    item = window.locator("[name=lines-0-item_code]")
    item.press_sequentially("copy paper")
    item.press("Enter")
    expect(item).to_have_value("PAP-A3")
    expect(window.locator("[name=lines-0-quantity]")).to_be_focused()
    assert (cell(window, "unit"), cell(window, "unit_price")) == ("box", "78.00")
    item.fill("")
    item.press_sequentially("pap-a4")
    item.press("Tab")
    expect(window.locator("[name=lines-0-unit_price]")).to_have_value("62.50")
    assert cell(window, "item_code") == "PAP-A4"
    assert focused(window) == "lines-0-description"
    assert "80 g, box of 5" in cell(window, "description")


def test_what_is_wrong_is_said_in_time_and_goes_when_mended(window: Window) -> None:
    window.locator("[name=lines-0-item_code]").press_sequentially("PAP-A4")
    window.locator("[name=lines-0-item_code]").press("Enter")
    expect(window.locator("[name=lines-0-quantity]")).to_be_focused()
    expect(window.locator("[name=lines-0-unit_price]")).to_have_value("62.50")
    window.locator("[name=lines-0-unit_price]").fill("-5")
    expect(window.locator("#editor-totals data[value='0']")).to_have_attribute(
        "data-problems", re.compile("unit_price")
    )
    assert (message(window, "quantity"), message(window, "unit_price")) == ("", "")
    window.locator("[name=lines-0-discount_percent]").fill("150")
    expect(window.locator("#lines-0-unit_price-error")).to_contain_text("0 or more")
    assert message(window, "quantity") == ""
    second = window.locator("[data-row='1']")
    before = second.bounding_box()
    window.locator("[name=lines-1-description]").focus()
    expect(window.locator("#lines-0-quantity-error")).to_have_text("Quantity is required")
    expect(window.locator("#lines-0-discount_percent-error")).to_contain_text("between 0 and 100")
    assert second.bounding_box() == before
    window.keyboard.press("Control+Enter")
    expect(window.locator("[name=customer][aria-invalid=true]")).to_be_focused()
    assert message(window, "quantity") == "Quantity is required"
    for name, value in (("quantity", "2"), ("unit_price", "5"), ("discount_percent", "")):
        window.locator(f"[name=lines-0-{name}]").fill(value)
        expect(window.locator(f"#lines-0-{name}-error")).to_have_count(0)
    assert message(window, "item_code") == ""
    window.locator("[name=customer]").fill("CUST-0001")
    expect(window.locator("#editor .field-error")).to_have_count(0)
    expect(window.locator("#editor [data-form-errors]")).to_have_count(0)


def test_rows_are_pasted_in_the_order_that_is_shown(window: Window) -> None:
    window.locator("[name=lines-0-item_code]").focus()
    text = "PAP-A4\t\t5\t62.00\n\tBinder clips\t12\t3.20\nDSK-120\t\t2\t1.234,56\nDSK-120\t\tx\t5\n"
    window.evaluate(PASTE, ["[name=lines-0-item_code]", text])
    expect(window.locator("[name=lines-2-unit_price]")).to_be_focused()
    assert [cell(window, "quantity", row) for row in range(4)] == ["5", "12", "2", "x"]
    assert [cell(window, "unit_price", row) for row in range(4)] == ["62.00", "3.20", "1.234,56", "5"]
    assert "1234.56 or 1.23456" in message(window, "unit_price", 2)
    assert message(window, "quantity", 3) == "Enter a number such as 1250.50"
    expect(window.locator("[name=lines-1-tax_code] option").first).to_have_text("No tax")
    expect(window.locator("[name=lines-0-tax_code] option").first).to_have_text("SST (item)")
    window.evaluate(PASTE, ["[name=lines-2-unit_price]", "300.00\n420.00"])
    expect(window.locator("[name=lines-3-unit_price]")).to_have_value("420.00")
    assert cell(window, "unit_price", 2) == "300.00"
    expect(window.locator("#lines-2-unit_price-error")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 800, 1024, 1180, 1440])
def test_no_width_makes_the_editor_scroll_sideways(browser_session: BrowserSession, width: int) -> None:
    window = browser_session.window(viewport={"width": width, "height": 900})
    window.goto("/quotes/new")
    window.locator("[name=lines-0-quantity]").fill("many words that are no number")
    window.locator("[name=lines-1-tax_code]").focus()
    expect(window.locator("#lines-0-quantity-error")).to_be_visible()
    assert window.evaluate("document.documentElement.scrollWidth") <= width


def test_amounts_stand_under_their_heading(window: Window) -> None:
    for name, value in (("description", "x"), ("quantity", "2"), ("unit_price", "1,250.50")):
        window.locator(f"[name=lines-0-{name}]").fill(value)
    expect(window.locator("[data-row='0'] > td").nth(7)).to_have_text("2,501.00")
    edges = window.evaluate(
        """() => ["#editor-lines th:nth-child(8)", "[data-row='0'] > td:nth-child(8)"].map((one) => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(one));
          return Math.round(range.getBoundingClientRect().right);
        })"""
    )
    assert edges[0] == edges[1]


def test_what_is_offered_stays_below_its_field_when_the_window_changes(window: Window) -> None:
    window.locator("[name=customer]").press_sequentially("b")
    expect(window.locator(".suggestions [role=option]").first).to_be_visible()
    window.set_viewport_size({"width": 1000, "height": 800})
    left = "document.querySelector('{}').getBoundingClientRect().left"
    field, offered = left.format("[name=customer]"), left.format(".suggestions:not([hidden])")
    window.wait_for_function(f"{field} < 200 && {offered} === {field}")
