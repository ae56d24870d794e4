"""What pages need of the framework is there for each of them, and for no request of the API."""

from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from bigledger_crm.page_middleware import (
    PageAuthenticationMiddleware,
    PageCsrfMiddleware,
    PageHtmxMiddleware,
    PageMessageMiddleware,
    PageRenewSession,
    PageSessionMiddleware,
)
from bigledger_crm.testing.client import ApiClient

PAGES_ONLY = {
    PageAuthenticationMiddleware,
    PageCsrfMiddleware,
    PageHtmxMiddleware,
    PageMessageMiddleware,
    PageRenewSession,
    PageSessionMiddleware,
}


def _seen(ask: Client | ApiClient, path: str) -> set[str]:
    """What a request has when its URL is looked up, of what such middleware gives it."""
    found: set[str] = set()
    original = PageHtmxMiddleware.__call__

    def spy(self: PageHtmxMiddleware, request: object) -> object:
        response = original(self, request)  # type: ignore[arg-type]
        found.update(set(vars(request)) & {"session", "user", "_messages", "htmx", "csrf_processing_done"})
        return response

    with patch.object(PageHtmxMiddleware, "__call__", spy):
        ask.get(path)
    return found


def test_all_of_it_is_there() -> None:
    assert {import_string(path) for path in settings.MIDDLEWARE} >= PAGES_ONLY


def test_pages_have_it(alices: Client) -> None:
    assert _seen(alices, "/items") == {"session", "user", "_messages", "htmx", "csrf_processing_done"}


@pytest.mark.parametrize("path", ["/items", "/items/", "/nothing"])
def test_requests_of_the_api_have_none_of_it(api: ApiClient, path: str) -> None:
    assert _seen(api, path) - {"user"} == set()  # the framework's own request gives it the actor


@pytest.mark.parametrize("prefix", ["/api/v1", "/v1"])
def test_a_session_opens_no_url_of_the_api(alices: Client, prefix: str) -> None:
    refused = alices.get(f"{prefix}/items")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "AUTHENTICATION_REQUIRED")
    assert "Cookie" not in refused.headers["Vary"]
    assert not refused.cookies


def test_a_forged_request_is_rejected_by_pages(alices: Client) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = alices.cookies
    assert forged.post("/items/new", {"name": "A"}).status_code == 403
