"""`Rehearse: true` on every operation of the API that writes: the true answer, and a database as it was before."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.db import connection
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.kernel import clock
from bigledger_crm.numbering.models import AssignedNumber
from bigledger_crm.outbox.models import OutboxEmail, WebhookDelivery
from bigledger_crm.tenancy.models import ApiKey
from bigledger_crm.testing.client import Answer
from bigledger_crm.testing.tenancy_call import Call
from bigledger_crm.testing.tenancy_calls import CALLS
from bigledger_crm.testing.tenancy_fixtures import Tenant, without_ids
from customers.models import ReceivableEntry

WRITES = [call for call in CALLS if call.method != "GET"]
MADE = {
    "ledger": ReceivableEntry,
    "mails": OutboxEmail,
    "webhooks": WebhookDelivery,
    "numbers": AssignedNumber,
}
# What no two requests have in common: moments, secrets, links, versions.
_PASSING = re.compile(r'"(secret|url|etag|\w+(At|Until))":"[^"]*"')


def _dump() -> dict[str, Any]:
    """Every row of every table, as text and where it lies in its file, and every sequence."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    sums = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(ctid::text || row::text, E'\\n' ORDER BY ctid)) FROM \"{table}\" row"
        for table in tables
    )
    sequences = "SELECT sequencename, last_value::text FROM pg_sequences WHERE schemaname = current_schema()"
    with connection.cursor() as cursor:
        cursor.execute(f"{sums} UNION ALL {sequences}")
        return dict(cursor.fetchall())


def _send(our: Tenant, call: Call, **headers: str) -> Answer:
    names = our.fixtures.names()
    path = call.path(names.get(call.object, ""), names.get(call.part, ""))
    return our.api.request(call.method, path, call.body(our.fixtures), **headers)


def _lasting(answer: Answer) -> str:
    return _PASSING.sub("", without_ids(re.sub(r',"rehearsal":.*}$', "}", answer.text)))


@pytest.fixture(scope="module")
def before(tenants: tuple[Tenant, Tenant], django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    """The database before every test; that keys are used isn't noted in it any more."""
    with django_db_blocker.unblock():
        ApiKey.objects.update(last_used_at=clock.now() + timedelta(days=1))
        return _dump()


def _keys() -> dict[str, set[Any]]:
    return {name: set(model.unscoped.values_list("pk", flat=True)) for name, model in MADE.items()}


@pytest.mark.parametrize("call", WRITES, ids=str)
def test_a_rehearsal_answers_truly_and_leaves_nothing(
    call: Call,
    before: dict[str, Any],
    our: Tenant,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sent: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **options: sent.append(args))
    rehearsed = _send(our, call, Rehearse="true", Idempotency_Key="once")
    assert _dump() == before
    assert list(tmp_path.rglob("*")) == sent == []
    there = _keys()
    done = _send(our, call, Idempotency_Key="once")
    assert (rehearsed.status, _lasting(rehearsed)) == (done.status, _lasting(done))
    if done.status < 300:
        told = {name: len(rehearsed.body["rehearsal"][name]) for name in MADE}
        assert told == {name: len(keys - there[name]) for name, keys in _keys().items()}
