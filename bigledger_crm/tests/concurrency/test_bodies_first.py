"""What was sent is read to its end before anything is locked: who sends slowly holds up nobody else."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from bigledger_crm.testing.tenancy_call import Call, Page
from bigledger_crm.testing.tenancy_calls import CALLS
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.testing.tenancy_pages import PAGES

_read = HttpRequest.read


class Transactions:
    """How many transactions are open, the test's own left out, whenever something of a body is read."""

    def __init__(self) -> None:
        self.before = len(connection.atomic_blocks)
        self.depths: list[int] = []

    def read(self, request: HttpRequest, *arguments: Any) -> bytes:
        """In place of HttpRequest.read, by which everything is read."""
        self.depths.append(len(connection.atomic_blocks) - self.before)
        return _read(request, *arguments)


@pytest.mark.parametrize("call", [call for call in CALLS if call.method != "GET"], ids=str)
def test_the_api_reads_what_was_sent_before_its_transaction_begins(call: Call, our: Tenant) -> None:
    names, seen = our.fixtures.names(), Transactions()
    headers = {"Idempotency_Key": "one"} if call.method == "POST" else {"If_Match": "*"}
    path = call.path(names.get(call.object, ""), names.get(call.part, ""))
    with patch.object(HttpRequest, "read", lambda request, *arguments: seen.read(request, *arguments)):
        answer = our.api.request(call.method, path, call.body(our.fixtures), **headers)
    assert answer.status == call.status, answer.text
    assert seen.depths
    assert set(seen.depths) == {0}


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "POST"], ids=str)
def test_pages_read_what_was_sent_before_their_transaction_begins(page: Page, our: Tenant) -> None:
    names, seen = our.fixtures.names(), Transactions()
    client = Client()
    client.force_login(our.owner)
    path = page.path(names.get(page.object, ""), names.get(page.part, ""))
    seen.before = len(connection.atomic_blocks)
    with patch.object(HttpRequest, "read", lambda request, *arguments: seen.read(request, *arguments)):
        client.post(path, {"nothing": "known"})
    assert seen.depths
    assert set(seen.depths) == {0}
