"""Long amounts stay between the margins of every document, and columns keep their distance."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest

from bigledger_crm.documents import pdf
from bigledger_crm.documents.tests.samples import ADDRESS, invoice, line
from bigledger_crm.registry import document_kinds

MOMENT = datetime(2024, 1, 15, 1, tzinfo=UTC)
POINTS_PER_MM = 72 / 25.4
AMOUNTS = ("2567.50", "1250000000.00", "999999999999999.99")
OF_A_DOCUMENT = ("subtotal", "total", "total_tax", "shipping_cost", "amount_paid", "amount_due")


def first_page(kind: str, amount: str, **more: Any) -> pypdfium2.PdfPage:
    """The first page of a document whose every figure is this amount."""
    lines = [
        line(quantity=amount, unit_price=amount, discount_percent="0", discount_amount=amount, line_total=amount),
        line(2, unit_price="38.00", tax_code="EXEMPT", tax_rate="0.0"),
    ]
    context = {**invoice(lines=lines), **dict.fromkeys(OF_A_DOCUMENT, amount), "kind": kind, **more}
    context["tax_summary"] = [{"tax_code": "EXEMPT", "tax_rate": "0.0", "taxable": amount, "tax": amount}] * 2
    if kind in ("delivery_note", "receipt", "statement"):
        row = {"text": "Invoice INV-2024-0001", "figures": [f"{Decimal(amount):,f}"] * 4}
        context["table"] = {"columns": ["Date", "Debit", "Credit", "Balance"], "rows": [row]}
    if kind == "statement":
        labels = ("Not yet due", "1–30 days", "31–60 days", "61–90 days", "Over 90 days")
        context["ageing"] = [{"label": label, "amount": amount} for label in labels]
    return pypdfium2.PdfDocument(pdf.render(document_kinds[kind].template, context, MOMENT))[0]


def boxes(page: pypdfium2.PdfPage) -> list[tuple[str, float, float, float, float]]:
    """The printed letters, each with its left, bottom, right and top in points."""
    text = page.get_textpage()
    letters = [(text.get_text_range(place, 1), *text.get_charbox(place)) for place in range(text.count_chars())]
    return [letter for letter in letters if letter[0].strip()]


@pytest.mark.parametrize("language", ["en", "ms", "zh"])
@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("kind", [kind.name for kind in document_kinds])
def test_nothing_goes_beyond_the_margins(kind: str, amount: str, language: str) -> None:
    page = first_page(kind, amount, language=language)
    right = page.get_width() - 18 * POINTS_PER_MM
    beyond = [letter for letter, _left, _bottom, edge, _top in boxes(page) if edge > right + 1]
    assert beyond == []


@pytest.mark.parametrize("amount", AMOUNTS)
def test_figures_beside_each_other_keep_their_distance(amount: str) -> None:
    """The words of a line: between the columns there is more room than within a figure."""
    for first, second in (("38.00", "EXEMPT"), ("0%", "2,375.00")):
        page = first_page("invoice", amount)
        assert left_of(page, second) - right_of(page, first) > 6


def test_a_price_and_a_tax_code_are_told_apart() -> None:
    lines = [line(unit_price="38.00", tax_code="EXEMPT", tax_rate="0.0", discount_amount="0.00", discount_percent="0")]
    page = pypdfium2.PdfDocument(pdf.render("pdf/invoice.html", invoice(lines=lines), MOMENT))[0]
    assert left_of(page, "EXEMPT") - right_of(page, "38.00") > 10


def left_of(page: pypdfium2.PdfPage, text: str) -> float:
    return _found(page, text)[0]


def right_of(page: pypdfium2.PdfPage, text: str) -> float:
    return _found(page, text)[1]


def _found(page: pypdfium2.PdfPage, text: str) -> tuple[float, float]:
    """Where the text stands for the first time: its left and its right edge."""
    letters = page.get_textpage()
    place = letters.search(text, match_case=True).get_next()
    assert place is not None, text
    start, count = place
    return float(letters.get_charbox(start)[0]), float(letters.get_charbox(start + count - 1)[2])


@pytest.mark.parametrize("kind", ["invoice", "receipt", "statement", "delivery_note"])
def test_an_email_address_is_on_one_line_where_there_is_room(kind: str) -> None:
    """Also one without a hyphen, at which a line may break."""
    theirs, ours = "accounts.payable@pejabatwawasan.example", "accounts.receivable@techsuppliesinternational.example"
    facts = invoice()
    context = {
        **facts,
        "customer": {**facts["customer"], "email": theirs},
        "company": {**facts["company"], "email": ours},
    }
    content = pdf.render(document_kinds[kind].template, context, MOMENT)
    lines = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range().splitlines()
    assert {theirs, ours} <= set(lines)


def test_an_email_address_without_room_breaks_inside_its_column() -> None:
    """Beside the place of delivery."""
    facts = invoice()
    customer = {**facts["customer"], "email": f"{'q' * 60}@example.com", "shipping_address": ADDRESS}
    page = pypdfium2.PdfDocument(pdf.render("pdf/invoice.html", {**facts, "customer": customer}, MOMENT))[0]
    edges = [right for letter, _, _, right, _ in boxes(page) if letter == "q"]
    assert len(edges) == 60
    assert max(edges) < left_of(page, "Deliver to")
