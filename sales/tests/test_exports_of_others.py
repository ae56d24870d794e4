"""The exports of other programs, in files of our own in their shape, become items."""

from decimal import Decimal
from pathlib import Path

import pytest

from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from sales.models import Item

pytestmark = pytest.mark.usefixtures("in_company")
EXPORTS = Path(__file__).parent / "exports"
# The code and type of the delivery in each.
SOURCES = {
    "Invoice Ninja": ("DELIVERY", "goods"),
    "Odoo": ("DELIVERY", "service"),
    "ERPNext": ("DELIVERY", "goods"),
    "Zoho Books": ("Delivery", "service"),
    "Xero": ("DELIVERY", "goods"),
    "QuickBooks": ("Delivery", "service"),
}


@pytest.mark.parametrize("source", SOURCES)
def test_items(actor: Actor, source: str) -> None:
    content = (EXPORTS / f"{source.lower().replace(' ', '_')}.csv").read_bytes()
    job = support.run(actor, content, "items")
    assert (job.source, support.errors(job), support.outcomes(job)) == (source, {}, ["new", "new"])
    flour = Item.objects.get(item_code="FLOUR-25")
    assert flour.unit_price == Decimal("78.90")
    code, kind = SOURCES[source]
    assert Item.objects.get(item_code=code).type == kind
    assert support.outcomes(support.run(actor, content, "items")) == ["same", "same"]
    support.undone(actor, job)
    assert not Item.objects.exists()


def test_items_change_and_go_back(actor: Actor) -> None:
    file = "code;name;price;tax\nA-1;Table;1.234,50;\nA-2;Chair;99,90;SST\n"
    job = support.run(actor, file, "items")
    assert (job.decimal_separator, support.errors(job)) == (",", {})
    assert Item.objects.get(item_code="A-1").unit_price == Decimal("1234.50")
    other = support.run(actor, "code;price;tax\na-2;1.000,5;\nA-3;x;\n", "items", decimal_separator=",")
    assert support.errors(other) == {3: "unitPrice: “x” is not a number"}
    assert Item.objects.get(item_code="A-2").unit_price == Decimal("1000.5")
    support.undone(actor, other)
    chair = Item.objects.select_related("tax_code").get(item_code="A-2")
    assert (chair.unit_price, chair.tax_code and chair.tax_code.code) == (Decimal("99.90"), "SST")


def test_codes_that_differ_in_case_are_one_item(actor: Actor) -> None:
    job = support.run(actor, "code,name,price\nA-1,Table,1\na-1,Chair,2\n", "items")
    assert support.errors(job) == {3: "Line 2 is about the same record"}
