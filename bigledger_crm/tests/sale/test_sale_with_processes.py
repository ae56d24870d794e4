"""The documented sale through the whole running product: two emails leave, with PDFs that say what the API says."""

import os
import re
import shutil
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
import pytest

from bigledger_crm.testing.product import ROOT, Product, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
NOW = "2024-01-15T09:00:00+08:00"
LINE = {
    "description": "Enterprise Software License",
    "quantity": 10,
    "unitPrice": 1000.00,
    "discountPercent": 15.0,
    "taxCode": "SST",
}


def test_from_an_empty_machine_to_a_paid_invoice(tmp_path: Path) -> None:
    # Too long a path for sockets: they lie elsewhere, where every process must look for them.
    product = Product(tmp_path / "books".ljust(100, "s"), BIGLEDGER_CLOCK=NOW)
    with product.running():
        wait_for(lambda: product.query("SELECT FROM schedule_jobrun WHERE finished_at IS NOT NULL"), 60)  # swept
        assert "clock: 2024-01-15" in product.manage("doctor")
        product.open_company("Tech Supplies Sdn Bhd")
        customer = product.post("/customers", {"name": "Tech Solutions Ltd", "email": "billing@techsolutions.test"})
        quote = product.post(
            "/quotes",
            {"customerId": customer["id"], "quoteDate": "2024-01-10", "validUntil": "2024-02-10", "items": [LINE]},
        )
        product.post(f"/quotes/{quote['id']}/send", {"to": [customer["email"]]})
        product.post(f"/quotes/{quote['id']}/accept")
        order = product.post(f"/quotes/{quote['id']}/convert-to-order")
        draft = product.post(f"/sales-orders/{order['id']}/convert-to-invoice")
        invoice = product.post(f"/invoices/{draft['id']}/send", {"to": [customer["email"]]})
        payment = product.post(f"/invoices/{invoice['id']}/payments", {"amount": str(invoice["total"])})
        assert payment["invoice"]["status"] == "paid"

        wait_for(lambda: len(list(product.layout.mail.glob("*.eml"))) == 2, 60)
        pdfs = {number: text for path in product.layout.mail.glob("*.eml") for number, text in _pdfs(path)}
        assert sorted(pdfs) == ["INV-2024-0001.pdf", "QT-2024-0001.pdf"]
        for text in pdfs.values():
            for amount in ("8,500.00", "1,500.00", "850.00", "9,350.00"):
                assert amount in text
        _readme_ends_in_a_paid_invoice(product)
        assert "The books are correct" in product.manage("check_books")
        assert "too long" not in product.log.read_text()


def _readme_ends_in_a_paid_invoice(product: Product) -> None:
    """Pastes the README's sale into a shell; only whose key and company it uses is put in from here."""
    if shutil.which("curl") is None:
        return  # a bare machine may have none; where there is one, as on CI, the lines are tried
    text = (ROOT / "README.md").read_text()
    chapter = text.split("## A sale, command by command")[1].split("## Environment")[0]
    lines = "".join(re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL))
    sale = "\n".join(line for line in lines.splitlines() if not line.startswith(("export ", "ls ", ".venv/")))
    environment = {
        **os.environ,
        "BASE": f"http://127.0.0.1:{product.port}/api/v1",
        "KEY": product.headers["Authorization"].removeprefix("Bearer "),
        "COMPANY": product.headers["X-Company-Id"],
    }
    done = subprocess.run(["sh", "-eu"], input=sale, env=environment, capture_output=True, text=True)
    printed = done.stdout.splitlines()
    assert printed[1:4] == ["sent", "accepted", "confirmed"], done.stdout + done.stderr
    assert printed[-2:] == ["paid", "0.00"], done.stdout + done.stderr


def _pdfs(path: Path) -> list[tuple[str, str]]:
    email = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(email, EmailMessage)
    assert email["To"] == "billing@techsolutions.test"
    found = []
    for part in email.iter_attachments():
        pages = pypdfium2.PdfDocument(part.get_content())
        text = "".join(page.get_textpage().get_text_bounded() for page in pages)
        found.append((part.get_filename() or "", text))
    return found
