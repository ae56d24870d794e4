"""Somebody who wants to be forgotten."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from pytest_django import Settings

from bigledger_crm.audit.services import write_note
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer
from customers.inputs import ContactInput, CustomerInput
from customers.models import Customer
from customers.services import (
    attach_to_customer,
    create_contact,
    update_customer,
)
from invoicing.tests.erasing.support import MAIL, NAME, PHONE, STREET, TAX, WORD


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def nobody_waits() -> Iterator[None]:
    with patch("bigledger_crm.outbox.worker_notifications.notify_worker"):
        yield


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """Somebody whose name and words are all over the place."""
    hook = EndpointInput(url="https://hooks.example.com/", events=["*"])
    create_endpoint(actor, hook)
    address = {"street": STREET, "city": "Ipoh", "country": "MY"}
    customer = make_customer(
        actor, name=f"{NAME} Trading", email=f"{MAIL}example.com", phone=PHONE, tax_number=TAX, type="individual",
        address=address, billing_address=address, website=f"https://{NAME}.example.com", tags=[WORD],
        custom_fields={"note": WORD},
    )  # fmt: skip
    update_customer(actor, customer, CustomerInput(name=f"{NAME} & Sons"))
    contact = create_contact(actor, customer, ContactInput(name=f"{NAME} Wong", email=f"{MAIL}home.example.com"))
    write_note(actor, "customer.noted", customer.pk, words=f"{NAME} likes a {WORD}")
    attach_to_customer(actor, customer, filename=f"{NAME}.txt", content=WORD.encode())
    assert contact.customer_id == customer.pk
    return Customer.objects.get(pk=customer.pk)
