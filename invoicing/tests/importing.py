"""What tests of imports share: customers, a tax code, and books that are right."""

from decimal import Decimal

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer
from invoicing.integrity import check_integrity
from invoicing.services.journal import post_journal
from sales.catalogue_inputs import TaxCodeInput
from sales.services import create_tax_code

TWO = "Harbour Bakery", "Marina Hotel"


def prepared(actor: Actor) -> None:
    """The customers that the files name, and the tax code that they pay."""
    for number, name in zip(("HB-1", "MH-2"), TWO, strict=True):
        make_customer(actor, name=name, customer_number=number, email=f"{number}@example.com")
    create_tax_code(actor, TaxCodeInput(code="S8", name="SST on Sales", rate=Decimal(8)))


def assert_books(actor: Actor) -> None:
    """The journal is posted, and the books are right."""
    post_journal(actor)
    assert check_integrity(actor.company) == []
