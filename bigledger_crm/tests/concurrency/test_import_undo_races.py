"""An undo waits for whoever is changing what it takes back, and keeps that then."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from bigledger_crm.imports.models import Import, ImportRow
from bigledger_crm.imports.services import steps
from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice, make_item
from bigledger_crm.testing.threads import wait_for_a_waiting_lock
from customers.inputs import ContactInput, CustomerInput
from customers.models import Customer
from customers.services import create_contact, update_customer
from invoicing.inputs import AllocationInput
from invoicing.models import CreditNote, Invoice
from invoicing.services import allocate_credit
from invoicing.tests.importing import assert_books
from sales.catalogue_inputs import ItemInput
from sales.models import Item
from sales.services import update_item

pytestmark = pytest.mark.usefixtures("in_company", "committed")


def _change_customer(actor: Actor) -> None:
    update_customer(actor, Customer.objects.get(), CustomerInput(name="By hand"))


def _add_contact(actor: Actor) -> None:
    create_contact(actor, Customer.objects.get(), ContactInput(name="Mei", email="mei@example.com"))


def _change_item(actor: Actor) -> None:
    update_item(actor, Item.objects.get(), ItemInput(name="By hand"))


def _allocate(actor: Actor) -> None:
    part = AllocationInput(invoice_id=Invoice.objects.get().public_id, amount=Decimal(1))
    allocate_credit(actor, CreditNote.objects.get(), [part])


NEW = "Number,Name,Email\nC-1,Harbour,new@example.com\n"
ITEM = "Code,Name,Price\nFLOUR,Flour,2.00\n"
NOTE = "Credit note number,Date,Customer number,Quantity,Unit price,Description\nCN-7,2023-04-02,C-1,1,10.00,Bread\n"


@pytest.mark.parametrize(
    ("kind", "content", "change"),
    [
        ("customers", NEW, _change_customer),
        ("customers", NEW, _add_contact),
        ("items", ITEM, _change_item),
        ("credit-notes", NOTE, _allocate),
    ],
    ids=["customer", "contact", "item", "credit note"],
)
@pytest.mark.parametrize("was_there", [False, True])
def test_what_is_changed_at_the_same_moment_is_kept(
    actor: Actor, kind: str, content: str, change: Callable[[Actor], None], *, was_there: bool
) -> None:
    if kind == "credit-notes":
        make_invoice(actor, make_customer(actor, name="Harbour", customer_number="C-1"))
    elif was_there and kind == "customers":
        make_customer(actor, name="Before", customer_number="C-1")
    elif was_there:
        make_item(actor, item_code="FLOUR", name="Before")
    job = support.run(actor, content, kind)
    assert support.errors(job) == {}
    job = steps.undo_import(actor, job)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            change(actor)
            undoing = threads.submit(_undone, actor, job)
            wait_for_a_waiting_lock()
        undoing.result()
    (row,) = ImportRow.objects.filter(job=job)
    assert (row.undo, row.undo_reason.endswith(f"by {actor.name}")) == ("kept", True)
    assert Import.objects.get(pk=job.pk).counts["kept"] == 1
    names = {*Customer.objects.values_list("name", flat=True), *Item.objects.values_list("name", flat=True)}
    assert names <= {"By hand", "Harbour"}
    assert_books(actor)


def _undone(actor: Actor, job: Import) -> Import:
    try:
        with company_scope(actor.company):
            return support.worked(job)
    finally:
        connection.close()
