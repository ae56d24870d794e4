"""Secrets thrown at every door, and none of them in the logs, as text or as JSON."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.module_loading import import_string

from bigledger_crm.log_settings import FORMATS
from bigledger_crm.log_settings import logging as configured
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.client import ApiClient

SECRET = "hunter2-hunter2-hunter2"
BODY = "what-somebody-wrote"
DOORS = (
    "/sign-in",
    "/admin/login/",
    "/",
    "/customers",
    "/customers/new",
    "/quotes/new",
    "/search",
    "/api/v1/customers",
    "/api/v1/quotes",
    "/api/v1/attachments/att_01hkx4w6z8e9tb3vnq0d5r7m2a",
    "/api/v1/nowhere",
    "/api/docs",
    "/healthz",
    "/readyz",
    "/metrics",
    "/nowhere",
)


@pytest.fixture(params=sorted(FORMATS))
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """All that is logged, of any level, in the form of the settings."""
    setting = configured("DEBUG", request.param)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(import_string(setting["formatters"]["line"]["()"])())
    for name in setting["handlers"]["stderr"]["filters"]:
        handler.addFilter(import_string(setting["filters"][name]["()"])())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # on with DEBUG alone
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def visitor(client: Client) -> Client:
    """Sees the pages of errors, as a browser does."""
    client.raise_request_exception = False
    return client


def test_nothing_that_is_thrown_at_a_door_is_logged(
    visitor: Client, api: ApiClient, alice: User, written: io.StringIO
) -> None:
    headers = {
        "Authorization": f"Bearer {SECRET}",
        "Cookie": f"sessionid={SECRET}; __Host-sessionid={SECRET}",
        "X-CSRFToken": SECRET,
        "Referer": f"http://testserver/?token={SECRET}",
    }
    form = {"username": "alice@acme.example", "password": SECRET, "name": BODY, "csrfmiddlewaretoken": SECRET}
    for door in DOORS:
        visitor.get(door, {"token": SECRET, "search": BODY}, headers=headers)
        visitor.post(door, form, headers=headers)
        visitor.post(door, form, content_type="application/json", headers=headers)
    visitor.force_login(alice)
    for door in DOORS:
        visitor.post(door, form)
    api.post("/customers", {"name": BODY, "password": SECRET, "email": SECRET})
    api.get(f"/customers?token={SECRET}&search={BODY}")
    said = written.getvalue()
    assert said.count("bigledger.access") >= 4 * len(DOORS)
    assert SECRET not in said
    assert BODY not in said


def test_an_error_shows_its_place_and_not_the_secret(
    visitor: Client, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError(f"password={SECRET} at postgresql://crm:{SECRET}@db/books")

    monkeypatch.setattr("bigledger_crm.health.views.JsonResponse", broken)
    assert visitor.get("/healthz").status_code == 500
    said = written.getvalue()
    assert "RuntimeError" in said
    assert SECRET not in said


def test_a_token_in_an_address_is_hidden_in_every_line_of_its_request(
    client: Client, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bigledger_crm.api.request_id._SECRET_PARTS", frozenset({"public_id"}))
    client.get(f"/customers/{SECRET}")
    said = written.getvalue()
    assert "/customers/***" in said
    assert SECRET not in said
