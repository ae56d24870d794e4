"""The list of shipments: numbers of delivery notes, states, and a search by order and tracking number."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_order
from bigledger_crm.testing.html import flat
from sales.inputs import QuantityInput
from sales.models import Shipment
from sales.services import change_order_status, delivery_note_number, ship_order

pytestmark = pytest.mark.usefixtures("time_in_2024")


def _shown(client: Client, query: str = "") -> list[str]:
    page = flat(client.get(f"/shipments{query}"))
    return re.findall(r">(SO-2024-\d{4}/\d+)<", page)


def test_shipments_have_numbers_states_and_a_search(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        first = make_order(actor, make_customer(actor, name="Müller"), [line("5")])
        part = QuantityInput(item_id=first.lines.get().public_id, quantity=Decimal(2))
        with clock.travelling(datetime.fromisoformat("2024-01-15T10:00:00+08:00")):
            ship_order(actor, first, items=[part], tracking_number="TRK-77")
        with clock.travelling(datetime.fromisoformat("2024-01-15T11:00:00+08:00")):
            ship_order(actor, first, tracking_number="TRK-78")
            other = make_order(actor)
            change_order_status(actor, other, "shipped")
            change_order_status(actor, other, "delivered")
        numbers = sorted(delivery_note_number(shipment) for shipment in Shipment.objects.select_related("order"))
    assert numbers == ["SO-2024-0001/1", "SO-2024-0001/2", "SO-2024-0002/1"]
    assert sorted(_shown(client)) == numbers
    assert _shown(client, "?show=delivered") == ["SO-2024-0002/1"]
    assert sorted(_shown(client, "?show=shipped")) == numbers[:2]
    assert _shown(client, "?q=trk-78") == ["SO-2024-0001/2"]
    assert sorted(_shown(client, "?q=muller")) == numbers[:2]
    assert _shown(client, "?q=nobody") == []
