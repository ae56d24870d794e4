"""The two programs of the published page, as examples of the clients: in January 2024 and today."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from bigledger import SyncBigLedgerClient

from bigledger_crm.testing.product import ROOT, Product
from bigledger_crm.tests.clients.support.credentials import Credentials, open_companies
from bigledger_crm.tests.clients.support.node import NODE, run_node
from bigledger_crm.tests.contract.published.reading import read_page

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
SALE = ROOT / "clients" / "javascript" / "examples" / "sales-process.js"
DASHBOARD = ROOT / "clients" / "python" / "examples" / "customer_dashboard.py"
PUBLISHED = read_page("published-api.md").code


def test_they_are_as_published_but_for_the_configuration() -> None:
    assert PUBLISHED["javascript"] in SALE.read_text()
    configured = PUBLISHED["python"].replace('BigLedgerClient(api_key="...", company_id="...")', "BigLedgerClient()")
    assert configured != PUBLISHED["python"]
    assert configured in DASHBOARD.read_text()


def run_dashboard(credentials: Credentials, customer: str, chart: Path) -> str:
    """The report."""
    environment = {**os.environ, **credentials.environment, "PYTHONPATH": str(ROOT / "clients" / "python")}
    command = [sys.executable, str(DASHBOARD), customer, "--chart", str(chart)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(credentials: Credentials, printed: str, folder: Path) -> None:
    """What the sale printed is true, and the dashboard shows it."""
    total = "MYR 9350.00"  # 10 at 1000.00 less 15 %, and the 10 % of a new company's SST
    said = [line.split(maxsplit=1) for line in printed.splitlines()[-5:]]
    assert [name for name, _ in said] == ["Customer", "Quote", "Sales", "Invoice", "Payment"]
    assert re.fullmatch(rf"QT-2024-\d+  Q1 Software Licenses, {total}", said[1][1])
    assert re.fullmatch(r"order  SO-\d+-\d+  confirmed", said[2][1])
    assert re.fullmatch(rf"INV-2024-\d+  {total}, due 2024-02-14", said[3][1])
    assert said[4][1] == f"{total} on 2024-01-20: the invoice is paid"
    with SyncBigLedgerClient(credentials.api_key, credentials.company_id, base_url=credentials.url) as client:
        (customer,) = client.customers.list(search=said[0][1].split()[0])
        (invoice,) = client.invoices.list(customer_id=customer.id)
        (payment,) = client.payments.list(customer_id=customer.id)
    assert (str(invoice.total), invoice.status, str(customer.current_balance)) == ("9350.00", "paid", "0.00")
    assert (payment.reference, payment.payment_method) == ("TXN-20240120-001", "bank_transfer")

    report = run_dashboard(credentials, customer.id, folder / "chart.svg")
    months = re.findall(r"^  (\w{3}) +([\d,.]+) +(\d+)(  █+)?$", report, re.MULTILINE)
    assert len(months) == 12
    assert [month[:3] for month in months if month[2] != "0"] == [("Jan", "9,350.00", "1")]
    assert "Invoices           1: 1 paid on time, 0 late" in report
    assert re.search(r"Days to payment +5$", report, re.MULTILINE)
    assert re.search(r"Enterprise Software License +8,500.00 +100.0 %", report)
    assert re.search(r"Sales +9,350.00 in 1 invoices", report)
    picture = ET.parse(folder / "chart.svg")
    assert any(text.text == "9,350" for text in picture.iter("{http://www.w3.org/2000/svg}text"))


def test_today(credentials: Credentials, tmp_path: Path) -> None:
    """The quote ended in February 2024: what is entered afterwards is a record of the past."""
    done = run_node(SALE, environment=credentials.environment)
    assert done.returncode == 0, done.stderr
    check(credentials, done.stdout, tmp_path)


def test_in_january_2024(tmp_path: Path, seed: Path) -> None:
    """The sale is of 15 January, and its payment of the 20th: the program waits for it, as its comment says."""
    product = Product(tmp_path / "books", seed, BIGLEDGER_CLOCK="2024-01-15T09:00:00+08:00")
    with product.running():
        (credentials,) = open_companies(product, "Tech Supplies Sdn Bhd")
        program = ROOT / "bigledger_crm" / "tests" / "clients" / "support" / "days_go_by.mjs"
        with subprocess.Popen(
            [str(NODE), str(program), str(SALE)],
            env={**os.environ, **credentials.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stdout is not None
            first = running.stdout.readline()
            product.stop()
            product.environment["BIGLEDGER_CLOCK"] = "2024-01-20T09:00:00+08:00"
            product.start()
            printed, failed = running.communicate("\n")
        assert (first, running.returncode) == ("Days go by\n", 0), failed
        check(credentials, printed, tmp_path)
