"""One Idempotency-Key, one effect: with ten requests at once, and when the server is killed in the middle."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model

from bigledger_crm.api.codec import encode
from bigledger_crm.api.models import IdempotencyRecord
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.product import wait_for
from bigledger_crm.testing.threads import at_once
from bigledger_crm.testing.web_server import Reply, WebServer, running_web_server
from bigledger_crm.tests.concurrency.support.dying_wsgi import AFTER_COMMIT, BEFORE_COMMIT
from customers.models import Customer
from invoicing.inputs import CustomerPaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice, Payment, Refund, WriteOff
from invoicing.services import record_customer_payment
from sales.models import Quote, SalesOrder

pytestmark = pytest.mark.usefixtures("committed")


@dataclass(frozen=True)
class Effect:
    """A request that makes one row of a model; `path` prepares what it is about."""

    model: type[Model]
    path: Callable[[Actor], str]
    body: Any = None

    def count(self) -> int:
        """The number of rows."""
        return int(self.model.unscoped.count())  # type: ignore[attr-defined]


def _payment(actor: Actor) -> Payment:
    customer = make_customer(actor)
    return record_customer_payment(actor, CustomerPaymentInput(customer_id=customer.public_id, amount=Decimal(100)))


EFFECTS = {
    "create a customer": Effect(Customer, lambda _: "/customers", {"name": "Acme", "email": "billing@acme.com"}),
    "create a quote": Effect(
        Quote,
        lambda _: "/quotes",
        {"customerId": "", "items": [{"description": "Work", "quantity": 1, "unitPrice": 100}]},
    ),
    "record a payment": Effect(
        Payment, lambda actor: f"/invoices/{make_invoice(actor).public_id}/payments", {"amount": "10.00"}
    ),
    "record a customer's payment": Effect(Payment, lambda _: "/payments", {"customerId": "", "amount": "10.00"}),
    "refund a payment": Effect(
        Refund, lambda actor: f"/payments/{_payment(actor).public_id}/refunds", {"amount": "10.00"}
    ),
    "write an invoice off": Effect(
        WriteOff, lambda actor: f"/invoices/{make_invoice(actor).public_id}/write-offs", {"kind": "bank_charge"}
    ),
    "convert a quote": Effect(
        SalesOrder, lambda actor: f"/quotes/{make_quote(actor, accepted=True).public_id}/convert-to-order"
    ),
    "convert an order": Effect(
        Invoice, lambda actor: f"/sales-orders/{make_order(actor).public_id}/convert-to-invoice"
    ),
}


@pytest.fixture(params=list(EFFECTS.values()), ids=list(EFFECTS))
def effect(request: pytest.FixtureRequest) -> Effect:
    """A request."""
    effect: Effect = request.param
    return effect


def _prepared(effect: Effect, actor: Actor) -> tuple[str, Any]:
    with company_scope(actor.company):
        path, body = effect.path(actor), effect.body
        if body and "customerId" in body:
            body = {**body, "customerId": make_customer(actor).public_id}
    return path, body


def test_ten_at_once(effect: Effect, actor: Actor, company: Company) -> None:
    path, body = _prepared(effect, actor)
    api = api_client(company)
    api.get("/customers")
    before = effect.count()
    answers, failures = at_once([partial(api.post, path, body, Idempotency_Key="k-1")] * 10)
    assert failures == []
    made = [answer for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status != 201]
    assert {answer.text for answer in made} == {made[0].text}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in made) == 1
    assert {(answer.status, answer.error["code"]) for answer in refused} <= {(409, "IDEMPOTENCY_IN_PROGRESS")}
    assert effect.count() == before + 1
    late = api.post(path, body, Idempotency_Key="k-1")
    assert (late.text, late.headers["Idempotent-Replayed"]) == (made[0].text, "true")
    assert effect.count() == before + 1
    assert check_integrity() == []


@pytest.fixture
def server(tmp_path: Path, committed: None) -> Any:
    """A server that dies where a request asks for it."""
    with running_web_server(tmp_path, "bigledger_crm.tests.concurrency.support.dying_wsgi") as server:
        yield server


@pytest.mark.processes
def test_killed_in_the_middle(server: WebServer, actor: Actor, company: Company) -> None:
    """Before the commit nothing has happened, after it everything has; sending again is right either way."""
    api = api_client(company)
    for effect in EFFECTS.values():
        for point in (BEFORE_COMMIT, AFTER_COMMIT):
            path, body = _prepared(effect, actor)
            before = effect.count()
            send = partial(_send, server, api, path, body, f"{effect.model.__name__}-{path}-{point}")
            assert send(point) is None
            happened = point == AFTER_COMMIT
            assert effect.count() == before + happened
            again = _until_answered(send)
            assert (again.status, again.headers.get("Idempotent-Replayed")) == (201, "true" if happened else None)
            once_more = _until_answered(send)
            assert (once_more.content, once_more.headers["Idempotent-Replayed"]) == (again.content, "true")
            assert effect.count() == before + 1
    assert IdempotencyRecord.unscoped.count() == 2 * len(EFFECTS)
    assert check_integrity() == []


def _send(server: WebServer, api: ApiClient, path: str, body: Any, key: str, request_id: str) -> Reply | None:
    headers = {
        "Authorization": f"Bearer {api.key}",
        "X-Company-Id": str(api.company_id),
        "Idempotency-Key": key,
        "X-Request-Id": request_id,
    }
    return server.send("POST", f"/api/v1{path}", encode(body or {}), headers)


def _until_answered(send: Callable[[str], Reply | None]) -> Reply:
    """The answer, once a new worker is there and the database has noticed that the old one is gone."""
    replies: list[Reply] = []

    def answered() -> bool:
        reply = send("again")
        if reply is not None and reply.status != 409:
            replies.append(reply)
        return bool(replies)

    wait_for(answered, 30)
    return replies[-1]
