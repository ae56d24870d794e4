"""The log lines of requests, as the product writes them."""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string
from pytest_django import Settings

from bigledger_crm.kernel.network import read_networks
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.client import ApiClient

FORGED = 'abc" actor=owner status=200 x="'
FIELD = re.compile(r' ([a-z]+)=(?:([^\s"=]+)|"((?:[^"\\]|\\.)*)")')


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the handler of the settings writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured: dict[str, Any] = settings.LOGGING
    handler.setFormatter(import_string(configured["formatters"]["line"]["()"])())
    for name in configured["handlers"]["stderr"]["filters"]:
        handler.addFilter(import_string(configured["filters"][name]["()"])())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def _only(written: io.StringIO) -> dict[str, str]:
    """The fields of the one line of the access log."""
    (line,) = [line for line in written.getvalue().splitlines() if " bigledger.access " in line]
    return {name: plain or quoted for name, plain, quoted in FIELD.findall(line)}


def test_a_request_with_a_key(api: ApiClient, written: io.StringIO) -> None:
    answer = api.get("/customers?search=secret", X_Request_Id="mine")
    assert answer.status == 200
    found = _only(written)
    assert found.pop("actor").startswith("key_")
    assert found.pop("ms").isdigit()
    assert found == {
        "request": "mine",
        "address": "127.0.0.1",
        "company": api.company_id,
        "method": "GET",
        "path": "/api/v1/customers",
        "status": "200",
    }


def test_a_page_of_a_person(client: Client, alice: User, written: io.StringIO) -> None:
    client.force_login(alice)
    client.get("/outbox")
    assert _only(written)["actor"] == alice.public_id


def test_the_admin_belongs_to_no_company(client: Client, alice: User, written: io.StringIO) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client.force_login(alice)
    client.get("/admin/")
    found = _only(written)
    assert (found["company"], found["actor"]) == ("-", alice.public_id)


def test_a_visitor(client: Client, written: io.StringIO, settings: Settings, db: None) -> None:
    settings.TRUSTED_PROXIES = read_networks("127.0.0.0/8")
    client.get("/sign-in", headers={"X-Forwarded-For": "198.51.100.7"})
    found = _only(written)
    assert (found["address"], found["actor"], found["company"]) == ("198.51.100.7", "-", "-")


@pytest.mark.parametrize("key", ["right", "wrong"])
def test_no_header_and_no_path_forges_anything(api: ApiClient, written: io.StringIO, key: str) -> None:
    headers = {"Authorization": "Bearer nonsense"} if key == "wrong" else {}
    api.get('/customers/x" status=200 actor=owner%0A2026 INFO x', X_Request_Id=FORGED, **headers)
    (line,) = written.getvalue().splitlines()
    names = [name for name, _plain, _quoted in FIELD.findall(line)]
    assert names == ["request", "address", "company", "actor", "method", "path", "status", "ms"]
    assert _only(written)["status"] == ("404" if key == "right" else "401")


def test_lines_of_the_work_within_a_request_name_it_too(
    api: ApiClient, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.api.customer_views.customer_by_public_id", lambda _id: 1 / 0)
    api.get("/customers/cust_01hkx4w6z8e9tb3vnq0d5r7m2a", X_Request_Id="mine")
    broken = next(line for line in written.getvalue().splitlines() if " ERROR " in line)
    found = {name: plain or quoted for name, plain, quoted in FIELD.findall(broken)}
    assert (found["request"], found["address"], found["company"]) == ("mine", "127.0.0.1", api.company_id)
