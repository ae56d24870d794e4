"""Emails over the API: where they stand, and trying them again."""

from datetime import timedelta

import pytest
from django.test import Client

from bigledger_crm.integrations.tests.test_outbox import make_email
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.html import flat

pytestmark = pytest.mark.usefixtures("time_in_2024")


def _failed(actor: Actor, count: int = 1, **changes: object) -> list[OutboxEmail]:
    """Emails that failed after eight attempts."""
    made = [make_email(actor, f"Invoice {number}") for number in range(count)]
    fields = {"status": "failed", "attempts": 8, "next_attempt_at": None, "last_error": "451 Later", **changes}
    OutboxEmail.unscoped.filter(pk__in=[one.pk for one in made]).update(**fields)
    return made


def _states() -> dict[str, int]:
    found = list(OutboxEmail.unscoped.values_list("status", flat=True))
    return {status: found.count(status) for status in found}


def test_where_an_email_stands(api: ApiClient, actor: Actor) -> None:
    (email,) = _failed(actor)
    assert api.get(f"/emails/{email.public_id}").data == {
        "id": email.public_id,
        "status": "failed",
        "to": ["billing@acme.com"],
        "cc": [],
        "subject": "Invoice 0",
        "attempts": 8,
        "lastError": "451 Later",
        "nextAttemptAt": None,
        "sentAt": None,
        "createdAt": "2024-01-15T01:00:00Z",
    }


def test_one_is_tried_again(api: ApiClient, actor: Actor) -> None:
    (email,) = _failed(actor)
    answer = api.post(f"/emails/{email.public_id}/retry")
    assert (answer.status, answer.data["status"], answer.data["nextAttemptAt"]) == (
        200,
        "retrying",
        "2024-01-15T01:00:00Z",
    )
    assert OutboxEmail.unscoped.get().recent_attempts == 0
    OutboxEmail.unscoped.update(status="sent", sent_at=clock.now())
    refused = api.post(f"/emails/{email.public_id}/retry")
    assert (refused.status, refused.error["code"]) == (409, "EMAIL_NOT_RETRYABLE")


def test_many_are_tried_again(api: ApiClient, actor: Actor, stranger: Actor) -> None:
    _failed(actor, 3)
    _failed(stranger)
    make_email(actor)
    assert api.post("/emails/retry").data == {"retried": 3}
    assert _states() == {"retrying": 3, "failed": 1, "queued": 1}
    assert api.post("/emails/retry").data == {"retried": 0}


def test_those_of_a_span_and_a_state(api: ApiClient, actor: Actor) -> None:
    now = clock.now()
    _failed(actor, created_at=now - timedelta(days=2))
    _failed(actor, created_at=now - timedelta(days=1))
    _failed(actor, status="unknown", created_at=now - timedelta(days=1))
    body = {"createdAfter": "2024-01-13T12:00:00Z", "createdBefore": "2024-01-14T12:00:00Z"}
    assert api.post("/emails/retry", body).data == {"retried": 1}
    assert api.post("/emails/retry", {"status": "unknown"}).data == {"retried": 1}
    assert _states() == {"failed": 1, "retrying": 2}


def test_what_makes_no_sense_is_refused_all_at_once(api: ApiClient) -> None:
    body = {"status": "sent", "createdAfter": "2024-01-15T00:00:00Z", "createdBefore": "2024-01-14T00:00:00Z"}
    refused = api.post("/emails/retry", {**body, "all": True})
    assert refused.status == 400
    assert refused.field_errors.keys() >= {"status", "createdBefore", "all"}


def test_a_key_needs_the_right(actor: Actor) -> None:
    (email,) = _failed(actor)
    reader, writer = (api_client(actor.company, scopes=[scope]) for scope in ("emails:read", "emails:write"))
    assert reader.get(f"/emails/{email.public_id}").status == 200
    assert reader.post(f"/emails/{email.public_id}/retry").status == 403
    assert reader.post("/emails/retry").status == 403
    assert writer.post("/emails/retry").data == {"retried": 1}


def test_chosen_ones_on_the_page(client: Client, alice: User, actor: Actor) -> None:
    failed, waiting = _failed(actor, 3), make_email(actor)
    client.force_login(alice)
    rows = [email.public_id for email in (*failed, waiting)]
    asked = client.get("/outbox", {"do": "retry", "row": rows}).content.decode()
    assert "Try again: 3 rows" in asked
    assert asked.count('name="row"') == 3
    assert "1 row will be left out" in asked
    done = client.post("/outbox", {"do": "retry", "row": rows})
    assert (done.context["done"], done.context["refused"]) == ("3 being sent again", ["1 not sent again: queued"])
    assert _states() == {EmailStatus.RETRYING: 3, EmailStatus.QUEUED: 1}


@pytest.mark.parametrize(("role", "status", "retried"), [("viewer", 403, 0), ("sales", 200, 1), ("finance", 200, 2)])
def test_everybody_tries_again_what_they_may_write(
    client: Client, alice: User, actor: Actor, role: str, status: int, retried: int
) -> None:
    rows = [email.public_id for email in (*_failed(actor), *_failed(actor, kind="quote.sent"))]
    Membership.objects.filter(user=alice).update(role=role)
    client.force_login(alice)
    assert (">Try again<" in flat(client.get("/outbox"))) is (retried > 0)
    assert client.post("/outbox", {"do": "retry", "row": rows}).status_code == status
    assert _states().get("retrying", 0) == retried
