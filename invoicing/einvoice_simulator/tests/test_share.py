"""The pages for people."""

import re
from dataclasses import replace

from invoicing.einvoice.tests.support import BUYER, INVOICE
from invoicing.einvoice_simulator.tests.support import MyInvois, myinvois


def link(lhdn: MyInvois, uuid: str) -> str:
    return f"/{uuid}/share/{lhdn.get(f'/documents/{uuid}/details').body['longId']}"


def facts(page: str) -> dict[str, str]:
    return dict(re.findall("<tr><th>(.*?)</th><td>(.*?)</td></tr>", page))


def test_the_page_that_a_qr_code_leads_to(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    answer = lhdn.call("GET", link(lhdn, uuid))
    page = answer.content.decode()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert '<div class="banner">Simulator: not LHDN</div>' in page
    assert facts(page) == {
        "Status": "Valid",
        "Type": "Invoice (1.0)",
        "Number": "INV-0042",
        "UUID": uuid,
        "Supplier": "Contoh Rekaan Sdn. Bhd., C99999999010",
        "Buyer": "Pembeli Khayalan Sdn. Bhd., C99999998020",
        "Issued": "2026-11-28T02:15:00Z",
        "Validated": "2026-11-28T02:16:00Z",
        "Total excluding tax": "MYR 2,725.00",
        "Total payable": "MYR 2,962.50",
        "Can be cancelled until": "2026-12-01T02:16:00Z",
    }
    assert "<style>" in page
    plain = lhdn.call("GET", f"{link(lhdn, uuid)}?format=plain").content.decode()
    assert "<style>" not in plain
    assert "Simulator: not LHDN" in plain


def test_others_act_on_it(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    place = link(lhdn, uuid)
    acts = re.findall('action="(.*?)"', lhdn.call("GET", place).content.decode())
    assert acts == [f"/_sim/documents/{uuid}/reject", f"/_sim/documents/{uuid}/cancel"]
    for act, reason in zip(acts, (b"reason=Not+ours+%3Cb%3E", b"reason=Typed+twice"), strict=True):
        answer = lhdn.post_form(act, reason)
        assert (answer.status, answer.headers["Location"]) == (303, place)
    page = lhdn.call("GET", place).content.decode()
    assert facts(page)["Status"] == "Cancelled"
    assert "<form" not in page


def test_texts_are_escaped(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(replace(INVOICE, buyer=replace(BUYER, name="<script>alert(1)</script>")))
    for path in (link(lhdn, uuid), "/"):
        page = lhdn.call("GET", path).content.decode()
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_wrong_links(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    for path in (f"/{uuid}/share/{'0' * 40}", f"/{'Z' * 26}/share/{'0' * 40}"):
        answer = lhdn.call("GET", path)
        assert (answer.status, b"Simulator: not LHDN" in answer.content) == (404, True)


def test_the_front_page_lists_documents() -> None:
    with myinvois(delay_seconds=2) as lhdn:
        assert "No document has come yet" in lhdn.call("GET", "/").content.decode()
        (uuid,) = lhdn.accepted(INVOICE)
        assert "/share/" not in lhdn.call("GET", "/").content.decode()
        lhdn.later(seconds=2)
        page = lhdn.call("GET", "/").content.decode()
        assert f'<a href="{link(lhdn, uuid)}">INV-0042</a>' in page
        assert "Simulator: not LHDN" in page
        lhdn.fault("invalid", code="CF324")
        lhdn.accepted(replace(INVOICE, number="A-2"))
        lhdn.later(seconds=2)
        assert "<td>Invalid CF324</td>" in lhdn.call("GET", "/").content.decode()
