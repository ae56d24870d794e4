import hashlib
import logging
import socket
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from weasyprint import CSS, HTML

from bigledger_crm.documents import pdf
from bigledger_crm.documents.tests.samples import ADDRESS, invoice, line
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_quote

MOMENT = datetime(2024, 1, 15, 1, tzinfo=UTC)
HOSTILE = (
    '<img src="file:///etc/passwd"><link rel="attachment" href="file:///etc/passwd">'
    "<style>@import 'http://127.0.0.1:1/x.css'; p { background: url(http://127.0.0.1:1/y) }</style>"
    "<svg><image href='http://127.0.0.1:1/z'/></svg>{{ company }}"
)


def render(context: dict[str, Any]) -> bytes:
    return pdf.render("pdf/invoice.html", context, MOMENT)


def pages(content: bytes) -> list[str]:
    """The text of each page, runs of white space made one space."""
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_the_text_has_the_figures_as_written() -> None:
    (text,) = pages(render(invoice()))
    for expected in (
        "Invoice",
        "INV-2024-0001",
        "Tech Supplies Sdn Bhd",
        "Acme Corporation",
        "15 January 2024",
        "14 February 2024",
        "PO-2024-118",
        "Premium Widget",
        "WDG-001",
        "SST 6%",
        "2,375.00",
        "142.50",
        "50.00",
        "125.00",
        "2,567.50",
        "Account 5140 1234 5678",
        "Page 1 of 1",
    ):
        assert expected in text, expected
    assert text.count("MYR") == 1


def test_what_is_paid_and_due_stands_under_the_total() -> None:
    (text,) = pages(render(invoice(amount_paid="1000.00", amount_due="1567.50")))
    assert "Paid 1,000.00" in text
    assert "Amount due MYR 1,567.50" in text


def test_a_document_without_payments_ends_with_its_total() -> None:
    context = invoice()
    del context["amount_paid"], context["amount_due"]
    (text,) = pages(render(context))
    assert "Total MYR 2,567.50" in text
    assert "Paid" not in text


def test_another_delivery_address_is_printed() -> None:
    customer = {**invoice()["customer"], "shipping_address": ADDRESS}
    assert "Deliver to" in pages(render(invoice(customer=customer)))[0]
    assert "Deliver to" not in pages(render(invoice()))[0]


def test_inclusive_prices_say_so() -> None:
    (text,) = pages(render(invoice(prices_include_tax=True)))
    assert "incl. tax" in text
    assert "excl. tax" in text


def test_a_long_table_repeats_its_head_and_keeps_the_totals_together() -> None:
    texts = pages(render(invoice(lines=[line(n, description=f"Widget of size {n}.") for n in range(1, 61)])))
    count = len(texts)
    assert count >= 4
    for number, text in enumerate(texts, start=1):
        assert "Unit price" in text
        assert f"Page {number} of {count}" in text
    for number in range(1, 61):
        assert sum(f"Widget of size {number}." in text for text in texts) == 1
    assert "Widget of size 60." in texts[-1]
    assert "Subtotal" in texts[-1]
    assert "2,567.50" in texts[-1]


def test_long_words_stay_on_the_page() -> None:
    document = pypdfium2.PdfDocument(render(invoice(lines=[line(description="Wide" * 120)], notes="x" * 900)))
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
        assert max(right for _, _, right, _ in boxes) <= page.get_width() - 40


def test_a_draft_carries_its_watermark_on_every_page() -> None:
    lines = [line(n) for n in range(1, 30)]
    texts = pages(render(invoice(lines=lines, watermark="DRAFT")))
    assert len(texts) > 1
    assert all("DRAFT" in text for text in texts)
    assert all("DRAFT" not in text for text in pages(render(invoice(lines=lines))))


def test_chinese_tamil_and_jawi_have_their_glyphs(caplog: pytest.LogCaptureFixture) -> None:
    words = ["吉隆坡科技", "தமிழ்", "سيلاڠور", "😀🎉"]
    content = render(invoice(lines=[line(n, description=word) for n, word in enumerate(words, start=1)]))
    assert words[0] in pages(content)[0]
    assert "notdef" not in caplog.text
    render(invoice(notes="\U000f0000"))
    assert "notdef" in caplog.text  # so that the check above can fail


def test_every_font_is_embedded() -> None:
    """As the archive's rules and every printer want it."""
    content = render(invoice(lines=[line(description="Licence 吉隆坡 தமிழ் سيلاڠور 😀")]))
    with pikepdf.open(BytesIO(content)) as document:
        fonts = [font for item in document.objects if (font := _descriptor(item)) is not None]
    assert len(fonts) >= 5
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def _descriptor(item: Any) -> Any:
    is_one = isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    return item if is_one else None


@pytest.mark.parametrize(("archive", "marks"), [(False, ["pdfuaid"]), (True, ["pdfaid"])])
def test_it_is_tagged_for_screen_readers_and_archives(settings: Any, archive: bool, marks: list[str]) -> None:
    settings.PDF_ARCHIVE = archive
    with pikepdf.open(BytesIO(render(invoice()))) as document:
        root = document.Root
        metadata = root.Metadata.read_bytes().decode()
        tags = {str(item.S) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item}
    assert root.MarkInfo.Marked
    assert root.Lang == "en"
    assert root.ViewerPreferences.DisplayDocTitle
    assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD"} <= tags
    assert all(mark in metadata for mark in marks)
    assert "/OpenAction" not in root
    assert "/Names" not in root or "/EmbeddedFiles" not in root.Names


def test_markup_is_drawn_as_weasyprint_itself_draws_it() -> None:
    """Parsing it as XML and leaving out the rules for other elements changes nothing but the time."""
    markup = pdf.markup("pdf/invoice.html", invoice(lines=[line(n) for n in range(1, 40)]), MOMENT)
    plain = HTML(string=f"<!doctype html>{markup}", url_fetcher=pdf.NothingFetcher())
    styles: dict[str, Any] = {"stylesheets": [pdf._stylesheet()], "font_config": pdf._fonts(), "pdf_identifier": b"x"}
    assert _shown(pdf.Markup(markup).write_pdf(**styles)) == _shown(plain.write_pdf(**styles))


def test_parts_that_are_written_once_make_the_same_file() -> None:
    markup = pdf.markup("pdf/invoice.html", invoice(), MOMENT)
    styles: dict[str, Any] = {"stylesheets": [pdf._stylesheet()], "font_config": pdf._fonts(), "pdf_identifier": b"x"}
    plain, once = (pdf.Markup(markup).write_pdf(finisher=finisher, **styles) for finisher in (None, pdf.write_once))
    assert plain == once


def test_figures_stand_under_each_other() -> None:
    """The font's digits have one width by themselves; to ask for such digits costs time."""
    page = pypdfium2.PdfDocument(render(invoice(lines=[line(quantity="1111"), line(2, quantity="8888")])))[0]
    text = page.get_textpage()
    found = text.get_text_range()
    lefts = {round(text.get_charbox(found.index(number), loose=True)[0]) for number in ("1,111", "8,888")}
    assert len(lefts) == 1


def _shown(content: bytes) -> list[bytes]:
    """What each page draws."""
    with pikepdf.open(BytesIO(content)) as document:
        return [page.Contents.read_bytes() for page in document.pages]


def test_three_hundred_lines_and_long_texts_lose_nothing() -> None:
    lines = [line(n, description=f"Widget {n}.\n" + "and so on\n" * (60 if n % 100 == 0 else 0)) for n in range(1, 301)]
    texts = pages(render(invoice(lines=lines, list_price="")))
    whole = " ".join(texts)
    assert all(whole.count(f"Widget {n}. ") == 1 for n in range(1, 301))
    assert whole.count("and so on") == 180
    *tables, last = texts
    assert all("Unit price" in text for text in tables)
    assert "Subtotal" in tables[-1]
    assert "2,567.50" in tables[-1]
    assert "Thank you for your business." in last


def test_what_no_font_and_no_markup_can_hold_is_left_out() -> None:
    assert "before after" in pages(render(invoice(notes="before\uffff after\x0b")))[0]


def test_hostile_text_is_printed_and_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(self: pdf.NothingFetcher, url: str, headers: object = None) -> None:
        asked.append(url)
        raise pdf.FetchRefused(url)

    def no_network(*arguments: object, **options: object) -> None:
        raise AssertionError("a document opened a socket")

    monkeypatch.setattr(pdf.NothingFetcher, "fetch", refuse)
    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    company = {**invoice()["company"], "name": HOSTILE, "bank_details": HOSTILE}
    customer = {**invoice()["customer"], "name": HOSTILE}
    content = render(
        invoice(company=company, customer=customer, notes=HOSTILE, terms=HOSTILE, lines=[line(description=HOSTILE)])
    )
    text = "".join(pages(content)).replace(" ", "")
    assert '<imgsrc="file:///etc/passwd">' in text
    assert "{{company}}" in text
    assert "root:" not in text
    assert b"/EmbeddedFile" not in content
    assert asked == []


def test_even_markup_is_served_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "weasyprint")
    fetcher = pdf.NothingFetcher()
    markup = '<img src="file:///etc/hostname"><img src="data:image/svg+xml,<svg/>"><p>text'
    style = CSS(
        string="@import 'file:///etc/hostname'; @font-face { font-family: x; src: url(file:///x) }", url_fetcher=fetcher
    )
    content = HTML(string=markup, url_fetcher=fetcher).write_pdf(stylesheets=[style])
    assert "text" in pages(content)[0]
    assert caplog.text.count("Documents load nothing from outside") >= 3


def test_the_same_facts_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import django; django.setup()\n"
        "import hashlib\n"
        "from bigledger_crm.documents.tests import test_pdf as t\n"
        "print(hashlib.sha256(t.render(t.invoice())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.split()[-1] == hashlib.sha256(render(invoice())).hexdigest()
    assert render(invoice(notes="Other")) != render(invoice())


def test_a_process_that_prints_nothing_does_without_weasyprint() -> None:
    code = (
        "import django; django.setup()\n"
        "import sys, bigledger_crm.celery, bigledger_crm.urls\n"
        "print('weasyprint' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.split()[-1] == "False"


def test_the_number_ends_at_the_right_margin_whatever_stands_above_it() -> None:
    company = invoice()["company"]
    for above in (company, company | {"url": {}}):
        text = pypdfium2.PdfDocument(render(invoice(company=above)))[0].get_textpage()
        index, count = text.search("INV-2024-0001").get_next()
        _, _, right, _ = text.get_charbox(index + count - 1)
        assert 540 < right < 545


def test_metadata_is_the_document_s_own() -> None:
    facts = pypdfium2.PdfDocument(render(invoice())).get_metadata_dict()
    assert facts["Title"] == "Invoice INV-2024-0001"
    assert facts["Author"] == "Tech Supplies Sdn Bhd"
    assert facts["CreationDate"].startswith("D:20240115010000")


@pytest.mark.parametrize("url", ["/api/v1/quotes/{}/pdf", "/quotes/{}/pdf"])
def test_who_would_wait_too_long_for_a_pdf_is_told_to_come_again(
    api: ApiClient, actor: Actor, client: Client, alice: User, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with company_scope(actor.company):
        path = url.format(make_quote(actor).public_id)
    client.force_login(alice)
    client.raise_request_exception = False
    monkeypatch.setattr(pdf, "LONGEST_WAIT", 0.01)
    key = {"Authorization": f"Bearer {api.key}", "X-Company-Id": str(api.company_id)}
    with pdf._one_at_a_time:  # somebody's thousand lines
        refused = client.get(path, headers=key)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "Too many PDFs are being created at the moment" in refused.content.decode()
    assert client.get(path, headers=key).content.startswith(b"%PDF")
