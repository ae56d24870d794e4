"""An undo leaves every table as it was, but for what tells of the import itself."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from bigledger_crm.imports.errors import ImportNotUndoable
from bigledger_crm.imports.services.steps import is_undoable
from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.testing.factories import make_customer, make_item
from customers.inputs import ContactInput
from customers.services import create_contact
from invoicing.models import Invoice
from invoicing.tests.importing import assert_books, prepared
from sales.catalogue_inputs import TaxCodeInput
from sales.services import create_tax_code

pytestmark = pytest.mark.usefixtures("in_company", "committed")
# The audit log, numbers that are not used again, imports, and counts of changes that lists are cached by.
_TELLING = ("audit_", "numbering_", "imports_", "tenancy_rowchanges")
# Times of changes, that the name was another one for a while, and keys of rates, which are written anew.
_UNLIKE = {"customers_customer": "{updated_at,was_renamed}", "sales_taxrate": "{id}"}
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "customers": (
        "Number,Name,Email,Phone,City,Credit limit,Tags,Shelf\n"
        "HB-1,Harbour Bakery Sdn Bhd,new@harbour.example,+60312345678,Klang,500,retail,A 7\n"
        "NEW-1,New,new@example.com,,,,,\n",
        {"columns": {"Shelf": "customFields.shelf"}},
    ),
    "contacts": (
        "Customer number,Name,Email,Phone,Title\nHB-1,Mei Tan,mei@harbour.example,+60312345679,Owner\n"
        "HB-1,Ravi Kumar,ravi@harbour.example,,\n",
        {"match_by": "email"},
    ),
    "items": ("Code,Name,Price,Unit,Tax code\nFLOUR,Fine flour,13.75,kg,S8\nNEW,New item,1.00,,\n", {}),
    "tax-codes": (
        "Code,Name,Rate,Valid from\nS8,Sales tax,10,2024-03-01\nGST,Goods and services tax,6,2015-04-01\n",
        {},
    ),
}


def _tables(actor: Actor) -> dict[str, list[str]]:
    """Every row of the company by table, without what can't be the same."""
    found = {}
    query = "SELECT (to_jsonb(row) - %s::text[])::text FROM {} row WHERE company_id = %s ORDER BY 1"
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if issubclass(model, CompanyOwnedModel) and not table.startswith(_TELLING):
                cursor.execute(query.format(table), [_UNLIKE.get(table, "{updated_at}"), actor.company.pk])
                found[table] = [row for (row,) in cursor.fetchall()]
    return found


@pytest.mark.parametrize("kind", FILES)
def test_everything_is_as_it_was(actor: Actor, kind: str) -> None:
    create_tax_code(actor, TaxCodeInput(code="S8", name="SST on Sales", rate=Decimal(8)))
    customer = make_customer(actor, name="Harbour Bakery", customer_number="HB-1", email="old@harbour.example")
    create_contact(actor, customer, ContactInput(name="Mei", email="mei@harbour.example"))
    make_item(actor, item_code="FLOUR", name="Bread flour", unit_price=Decimal("12.50"))
    before = _tables(actor)
    content, how = FILES[kind]
    job = support.run(actor, content, kind, **how)
    assert (support.outcomes(job), support.errors(job)) == (["changed", "new"], {})
    assert _tables(actor) != before
    job = support.undone(actor, job)
    assert (job.counts["undone"], job.counts["kept"]) == (2, 0)
    assert _tables(actor) == before
    assert_books(actor)


INVOICES = "Number,Customer number,Date,Total\nA-1,HB-1,2023-03-01,100.00\nA-2,HB-1,2023-03-05,50.00\n"


def test_what_an_undo_kept_goes_once_nothing_stands_against_it(actor: Actor) -> None:
    prepared(actor)
    invoices = support.run(actor, INVOICES, "invoices")
    rows = "Payment number,Date,Customer number,Amount,Invoice number\nP-1,2023-04-01,HB-1,100.00,A-1\n"
    payments = support.run(actor, rows, "payments")
    invoices = support.undone(actor, invoices)
    kept = invoices.counts["kept"]
    undone = invoices.counts["undone"]
    assert kept
    assert is_undoable(invoices)
    assert support.undone(actor, invoices).counts == invoices.counts
    support.undone(actor, payments)
    invoices = support.undone(actor, invoices)
    assert (invoices.status, invoices.counts["undone"], invoices.counts["kept"]) == ("undone", undone + kept, 0)
    assert not is_undoable(invoices)
    assert set(Invoice.objects.values_list("status", flat=True)) == {"cancelled"}
    assert_books(actor)
    with pytest.raises(ImportNotUndoable, match="already"):
        support.undone(actor, invoices)
