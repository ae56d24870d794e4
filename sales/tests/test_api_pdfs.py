"""The PDFs of quotes and orders over HTTP."""

import re
from pathlib import Path

import pypdfium2
import pytest
import time_machine

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.testing.client import Answer, ApiClient

pytestmark = pytest.mark.usefixtures("time_in_2024", "media_root")


def _make(api: ApiClient, resource: str) -> str:
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    line = {"description": "Premium Widget", "quantity": 10, "unitPrice": "123.45"}
    return f"/{resource}/{api.post(f'/{resource}', {'customerId': customer, 'items': [line]}).data['id']}"


def _text(answer: Answer) -> str:
    assert answer.status == 200
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))


def test_a_draft_is_a_preview_that_is_not_kept(api: ApiClient, media_root: Path) -> None:
    path = f"{_make(api, 'quotes')}/pdf"
    pdf = api.get(path)
    assert pdf.headers["Content-Type"] == "application/pdf"
    plain = api.request("GET", path, Accept="application/octet-stream")
    assert (plain.status, plain.headers["Content-Type"]) == (200, "application/octet-stream")
    assert plain.content[:5] == b"%PDF-"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="QT-2024-0001-draft.pdf"'
    assert pdf.headers["X-Content-Type-Options"] == "nosniff"
    assert pdf.headers["Cache-Control"] == "private, no-store"
    assert pdf.headers["X-Request-Id"]
    text = _text(pdf)
    assert "Draft" in text
    assert "1,234.50" in text
    assert list(media_root.rglob("*.pdf")) == []


@pytest.mark.parametrize(
    ("inclusive", "totals"),
    [
        (False, ["List price", "100.00", "Discount", "−10.00", "Subtotal", "90.00", "90.00", "5.40", "Total", "95.40"]),
        (
            True,
            [
                *("List price", "106.00", "Discount", "−10.60", "Tax included", "−5.40"),
                *("Subtotal", "90.00", "90.00", "5.40", "Total", "95.40"),
            ],
        ),
    ],
)
def test_totals_add_up_from_top_to_bottom(api: ApiClient, inclusive: bool, totals: list[str]) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    line = {"description": "Widget", "quantity": 1, "unitPrice": 106 if inclusive else 100, "taxCode": "SST"}
    body = {"customerId": customer, "items": [{**line, "discountPercent": 10}], "pricesIncludeTax": inclusive}
    quote = api.post("/quotes", body).data
    text = _text(api.get(f"/quotes/{quote['id']}/pdf"))
    words = "List price|Discount|Tax included|Subtotal|Total"
    assert re.findall(rf"{words}|−?[\d,]+\.\d\d", text[text.index("List price") :])[: len(totals)] == totals


def test_a_sent_quote_is_its_frozen_pdf(api: ApiClient, media_root: Path) -> None:
    quote = _make(api, "quotes")
    api.post(f"{quote}/send")
    api.put(f"/customers/{api.get(quote).data['customerId']}", {"name": "Renamed"})
    pdf = api.get(f"{quote}/pdf")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="QT-2024-0001.pdf"'
    text = _text(pdf)
    assert "Draft" not in text
    assert "Acme" in text
    (kept,) = media_root.rglob("*.pdf")
    assert kept.read_bytes() == pdf.content
    assert StoredDocument.unscoped.count() == 1


def test_a_quote_agreed_on_the_phone_is_no_draft(api: ApiClient) -> None:
    quote = _make(api, "quotes")
    api.post(f"{quote}/accept")
    pdf = api.get(f"{quote}/pdf")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="QT-2024-0001.pdf"'
    assert "Draft" not in _text(pdf)


@pytest.mark.parametrize(
    ("status", "name", "mark"),
    [
        (None, "SO-2024-0001-draft.pdf", "Draft"),
        ("confirmed", "SO-2024-0001.pdf", ""),
        ("cancelled", "SO-2024-0001-cancelled.pdf", "Cancelled"),
    ],
)
def test_an_order_says_how_it_stands(api: ApiClient, status: str | None, name: str, mark: str) -> None:
    order = _make(api, "sales-orders")
    if status:
        api.patch(f"{order}/status", {"status": status})
    pdf = api.get(f"{order}/pdf")
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    text = _text(pdf)
    assert "Sales order" in text
    assert {word for word in ("Draft", "Cancelled") if word in text} == {mark} - {""}


@pytest.mark.parametrize("resource", ["quotes", "sales-orders"])
def test_the_same_pdf_has_the_same_tag(api: ApiClient, resource: str) -> None:
    url = f"{_make(api, resource)}/pdf"
    first = api.get(url)
    with time_machine.travel("2024-01-16T09:00:00+08:00", tick=False):
        assert api.get(url).headers["ETag"] == first.headers["ETag"]
        unchanged = api.get(url, If_None_Match=first.headers["ETag"])
    assert (unchanged.status, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == first.headers["ETag"]


def test_refusals_are_json(api: ApiClient) -> None:
    quote = _make(api, "quotes")
    assert api.get("/quotes/quote_x/pdf").error["code"] == "QUOTE_NOT_FOUND"
    assert api.get(f"{quote}/pdf?page=1").error["code"] == "INVALID_PARAMETERS"
    assert api.post(f"{quote}/pdf").error["code"] == "METHOD_NOT_ALLOWED"
