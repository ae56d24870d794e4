"""Look-ups whose SQL is kept: they find what the ORM finds, for whichever company and values, and nothing else."""

import inspect
import sys
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.lookups import Lookup, by_key, locked_by_key
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import CompanyScopeError, company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice
from customers.models import Customer
from invoicing.models import Invoice, InvoiceLine

APPS = ("bigledger_crm", "customers", "sales", "invoicing")


def _columns(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def _statement(rows: Any) -> str:
    with CaptureQueriesContext(connection) as queries:
        list(rows)
    (query,) = queries
    return str(query["sql"])


def test_rows_are_those_of_the_orm(actor: Actor, in_company: Company) -> None:
    invoices = [make_invoice(actor) for _ in range(2)]
    lookup: Lookup[Invoice] = by_key(Invoice)
    lines = Lookup(InvoiceLine, lambda rows, invoice: rows.filter(invoice=invoice).order_by("position"))
    for invoice in [*invoices, invoices[0]]:
        assert _columns(lookup.get(invoice.pk)) == _columns(Invoice.objects.get(pk=invoice.pk))
        assert [_columns(line) for line in lines(invoice.pk)] == [_columns(line) for line in invoice.lines.all()]
        found = lookup.get(invoice.pk)
        found.notes = "Changed"
        found.save()  # it is a row that is there
        assert lookup.get(invoice.pk).notes == "Changed"
    assert lookup.first(ids.new_id()) is None
    with pytest.raises(Invoice.DoesNotExist):
        lookup.get(ids.new_id())


def _lookups() -> list[Lookup[Any]]:
    """Those of the product's modules."""
    modules = [module for name, module in [*sys.modules.items()] if name.split(".")[0] in APPS and "tests" not in name]
    return [found for module in modules for found in [*vars(module).values()] if isinstance(found, Lookup)]


def test_every_look_up_asks_what_the_orm_would_ask(other_company: Company, in_company: Company) -> None:
    def values(lookup: Lookup[Any]) -> list[UUID | str]:
        names = list(inspect.signature(lookup._narrow).parameters)[1:]
        return [f"a {name}" if name in ("kind", "event", "language", "reference") else ids.new_id() for name in names]

    found = _lookups()
    assert len({lookup.model for lookup in found}) >= 9
    for lookup in found:
        lookup(*values(lookup))  # it keeps the SQL of other values
        given = values(lookup)
        assert _statement(_Asked(lookup, given)) == _statement(lookup._narrow(lookup.model.objects.all(), *given))


class _Asked:
    """The rows of a look-up, which asks when they are wanted."""

    def __init__(self, lookup: Lookup[Any], values: list[UUID | str]) -> None:
        self.lookup, self.values = lookup, values

    def __iter__(self) -> Any:
        return iter(self.lookup(*self.values))


def test_each_company_finds_its_own(actor: Actor, stranger: Actor) -> None:
    lookup: Lookup[Customer] = by_key(Customer)
    keys = {}
    for one in (actor, stranger):
        with company_scope(one.company):
            keys[one.company.pk] = make_customer(one).pk
    for one in (actor, stranger, actor):
        with company_scope(one.company):
            assert [pk for pk in keys.values() if lookup.first(pk)] == [keys[one.company.pk]]
    with pytest.raises(CompanyScopeError):
        lookup.first(keys[actor.company.pk])


def test_whoever_is_limited_to_own_records_finds_those(actor: Actor, in_company: Company) -> None:
    lookup: Lookup[Customer] = by_key(Customer)
    own, other = make_customer(actor), make_customer(actor)
    Customer.objects.filter(pk=own.pk).update(owner=actor.member)
    Customer.objects.filter(pk=other.pk).update(owner=None)
    assert [lookup.get(one.pk).pk for one in (own, other)] == [own.pk, other.pk]
    with company_scope(in_company, owner=actor.member):
        assert [lookup.first(one.pk) is not None for one in (own, other)] == [True, False]


def test_a_value_is_not_taken_for_a_constant(actor: Actor, in_company: Company) -> None:
    customer = make_customer(actor, name="active")
    lookup = Lookup(Customer, lambda rows, name: rows.filter(status="active", name=name))
    assert lookup.get("active").pk == customer.pk
    assert lookup.first("inactive") is None
    assert lookup.get("active").pk == customer.pk


def test_a_lock_needs_a_transaction(committed: None, actor: Actor) -> None:
    lookup: Lookup[Customer] = locked_by_key(Customer)
    with company_scope(actor.company):
        customer = make_customer(actor)
        with transaction.atomic():
            assert lookup.get(customer.pk).pk == customer.pk
        with pytest.raises(TransactionManagementError):
            lookup.get(customer.pk)


def test_what_it_can_not_do_is_an_error(actor: Actor, in_company: Company) -> None:
    invoice = make_invoice(actor)
    joined = Lookup(Invoice, lambda rows, pk: rows.filter(pk=pk).select_related("customer"))
    annotated = Lookup(Invoice, lambda rows, pk: rows.filter(pk=pk).annotate(also=F("total")))
    unused = Lookup(Invoice, lambda rows, pk: rows.filter(pk=ids.new_id()))
    for lookup in (joined, annotated, unused):
        with pytest.raises(TypeError):
            lookup(invoice.pk)
