"""A field is declared while others write its values: none is missed, and no two are the same where none may be."""

from copy import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bigledger_crm.custom_fields.errors import CustomFieldNotUnique, CustomFieldTaken
from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.models import CustomField, CustomFieldValue
from bigledger_crm.custom_fields.services import create_custom_field, update_custom_field
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.threads import at_once, kinds
from customers.models import Customer

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("committed")
CARD = CustomFieldInput(object_type="customers", label="Card", key="card", type="text")


def another(actor: Actor) -> Actor:
    """The same in a request of its own, which read the company before."""
    return replace(actor, company=copy(actor.company))


def writing(actor: Actor, count: int) -> "list[Callable[[], Any]]":
    """As many customers with the same card at once."""
    return [
        partial(make_customer, another(actor), name=f"{number}", custom_fields={"card": "A"}) for number in range(count)
    ]


def test_a_field_becomes_unique_among_writers(actor: Actor) -> None:
    with company_scope(actor.company):
        field = create_custom_field(actor, CARD)
    declare = partial(update_custom_field, another(actor), field, CustomFieldInput(is_unique=True))
    calls: list[Callable[[], Any]] = [*writing(actor, 4), declare, *writing(actor, 2)]
    _done, refused = at_once(calls, company=actor.company)
    assert kinds(refused) <= {CustomFieldTaken, CustomFieldNotUnique}
    with company_scope(actor.company):
        is_unique = CustomField.objects.get().is_unique
        same = Customer.objects.filter(custom_fields__card="A").count()
        values = CustomFieldValue.objects.filter(field=field, text="a")
        assert (values.count(), values.exclude(unique_key=None).count()) == (same, same if is_unique else 0)
        assert same == 1 if is_unique else same == 6


def test_a_field_is_declared_among_writers(actor: Actor) -> None:
    calls: list[Callable[[], Any]] = [*writing(actor, 4), partial(create_custom_field, another(actor), CARD)]
    done, refused = at_once(calls, company=actor.company)
    assert (len(done), refused) == (5, [])
    with company_scope(actor.company):
        assert CustomFieldValue.objects.filter(text="a").count() == 4


def test_a_field_is_required_of_whoever_comes_after_it(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
    needed = CustomFieldInput(object_type="quotes", label="Project", key="project", type="text", is_required=True)
    calls: list[Callable[[], Any]] = [partial(make_quote, another(actor), customer) for _ in range(4)]
    calls.append(partial(create_custom_field, another(actor), needed))
    _done, refused = at_once(calls, company=actor.company)
    assert kinds(refused) <= {InvalidData}
    with company_scope(actor.company):
        assert CustomField.objects.get().is_required
        with pytest.raises(InvalidData):
            make_quote(replace(actor, company=Company.objects.get()), customer)
