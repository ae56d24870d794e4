"""Whatever is read and sent back as it is: nothing is written, and nobody is told."""

from dataclasses import replace

import pytest

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.outbox.email_templates.services import save_email_text, set_language
from bigledger_crm.outbox.models import MailTemplate, WebhookDelivery
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.tenancy_call import Call
from bigledger_crm.testing.tenancy_calls import CALLS
from bigledger_crm.testing.tenancy_fixtures import Tenant
from sales.inputs import BrandingInput
from sales.services import update_branding

_PATHS = {call.route for call in CALLS if call.method == "GET"}
# URLs that show nothing, and what they take says how it is already; a move of an order is none of them.
_SETTINGS = {"invoices/<str:public_id>/reminders": {"sendReminders": True}}
_MOVES = {"sales-orders/<str:public_id>/status"}
_CHANGES = [call for call in CALLS if call.method in ("PUT", "PATCH") and call.route not in _MOVES]
# What is no draft any more takes itself back as well.
_IN_OTHER_STATES = [
    replace(call, object=name)
    for call in _CHANGES
    for route, names in {
        "quotes": ("sent_quote", "accepted_quote"),
        "sales-orders": ("order", "shipping_order"),
        "invoices": ("invoice", "issued_invoice", "credited_invoice"),
    }.items()
    for name in names
    if call.route == f"{route}/<str:public_id>"
]


def test_every_address_that_changes_something_is_tried() -> None:
    assert {call.route for call in _CHANGES} == {call.route for call in _CHANGES} & _PATHS | _SETTINGS.keys()


@pytest.mark.parametrize("call", [*_CHANGES, *_IN_OTHER_STATES], ids=lambda call: f"{call}-{call.object}")
def test_nothing_happens(call: Call, our: Tenant, actor_of_ours: Actor) -> None:
    with company_scope(our.company):
        create_endpoint(actor_of_ours, EndpointInput(url="https://all.example.com/", events=["*"]))
    names = our.fixtures.names()
    path = call.path(names[call.object], names.get(call.part, ""))
    shown = path.removesuffix("/reminders")
    before = our.api.get(shown)
    counts = (AuditEntry.unscoped.count(), WebhookDelivery.unscoped.count())
    answer = our.api.request(call.method, path, _SETTINGS.get(call.route, before.data))
    assert answer.status == 200, answer.text
    after = our.api.get(shown)
    assert (after.headers["ETag"], answer.headers["ETag"]) == (before.headers["ETag"], before.headers["ETag"])
    assert after.data.get("updatedAt") == before.data.get("updatedAt")
    assert (AuditEntry.unscoped.count(), WebhookDelivery.unscoped.count()) == counts


def test_a_change_is_told(our: Tenant, actor_of_ours: Actor) -> None:
    with company_scope(our.company):
        create_endpoint(actor_of_ours, EndpointInput(url="https://all.example.com/", events=["*"]))
    path = f"/items/{our.fixtures.item}"
    before = our.api.get(path)
    after = our.api.put(path, {**before.data, "customFields": {"fragile": True}})
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.data["updatedAt"] >= before.data["updatedAt"]
    assert WebhookDelivery.unscoped.filter(event_type="item.updated").count() == 1
    again = our.api.put(path, {"customFields": {"fragile": 1}})
    assert again.data["customFields"] == {"fragile": 1}


def test_an_item_keeps_its_tax_code_though_it_is_inactive(our: Tenant) -> None:
    path = f"/items/{our.fixtures.item}"
    before = our.api.get(path).data
    assert our.api.patch(f"/tax-codes/{our.fixtures.tax_code}", {"isActive": False}).status == 200
    assert our.api.put(path, before).data == before
    other = our.api.patch(f"/items/{our.fixtures.unused_item}", {"taxCode": before["taxCode"]})
    assert other.error["details"] == [{"field": "taxCode", "message": f"Tax code '{before['taxCode']}' does not exist"}]


def test_settings_that_are_saved_as_they_are(actor: Actor) -> None:
    with company_scope(actor.company):
        content = EmailContent("Quote {number}", "Dear Sir or Madam, here is {number} of {company}.")
        first = save_email_text(actor, "quote", "en", content)
        look = BrandingInput(accent_color="#112233", footer="Thank you")
        update_branding(actor, look)
        set_language(actor, "ms")
        entries = AuditEntry.objects.count()
        save_email_text(actor, "quote", "en", content)
        update_branding(actor, look)
        set_language(actor, "ms")
        assert AuditEntry.objects.count() == entries
        assert MailTemplate.objects.get(pk=first.pk).updated_at == first.updated_at
