"""Garbage for every page: no page breaks, none forgets what was typed, every answer has its headers."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import chain, cycle
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.db import transaction
from django.test import Client

from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.testing.tenancy_pages import PAGES
from bigledger_crm.tests.isolation.test_tenancy_matrix import URLS
from bigledger_crm.web.lists import ListPage
from sales.pages.line_forms import LINE_FIELDS

GARBAGE = (
    "NaN",
    "1e999",
    "-1",
    "9" * 60,
    "0.0000001",
    "1,5",
    "٣٫٥",
    "0001-01-01",
    "9999-12-31",
    "2024-02-30",
    "+9999",
    "cust_00000000000000000000000000",
    "\U0001f4a9" * 20,
    "a\x00b",
    "\u202etxt.exe\u2066",
    "'; DROP TABLE customers; --%_\\",
    '"><script>alert(1)</script>',
    "{{ 7*7 }}{x.__class__}{number!r}{",
    "../../etc/passwd",
    "a@example.com\r\nBcc: b@example.com",
    "javascript:alert(1)",
    "//evil.example/",
    "x" * 20_000,
)
# Parameters of pages that aren't lists, and of lists beside their filters.
PARAMETERS = (
    *("q", "show", "sort", "after", "timeline", "before", "customer", "draft", "then", "first", "last", "days"),
    *("into", "to", "export", "do", "row", "number", "page"),
)

HEADERS = (
    *("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"),
    *("Cross-Origin-Opener-Policy", "Permissions-Policy", "X-Request-Id"),
)


def answer(client: Client, method: str, path: str, data: Mapping[str, str] | None = None) -> Any:
    """One request whose effect is rolled back; what breaks is raised."""
    with transaction.atomic():
        response = client.post(path, data) if data is not None else client.generic(method, path)
        transaction.set_rollback(True)
    return response


# Where a page has two forms: what the template calls the one that is posted there.
OTHER_FORMS = {"settings/email/test": "test_form"}


@pytest.fixture
def owners(our: Tenant) -> Client:
    """The owner of our company, signed in."""
    client = Client()
    client.force_login(our.owner)
    return client


def typed_wrong(form: Any, lines: Sequence[str]) -> Iterator[tuple[dict[str, str], str, str]]:
    """What is posted of a form and its lines: all fields wrong, then one after the other beside what stood there."""
    wrong = cycle(GARBAGE)
    names = [name for name, field in form.fields.items() if not isinstance(field, forms.FileField)] + [*lines]
    had = {bound.name: str(value) for bound in form if (value := bound.initial) is not None}
    yield {name: next(wrong) for name in names}, "", ""
    for name in (*names[:2], *lines[:3]):
        value = next(wrong)
        yield {**had, name: value}, name, value


def test_garbage_breaks_no_form_and_is_still_there(our: Tenant, owners: Client) -> None:
    for page in (one for one in PAGES if one.method == "POST"):
        path = page.path_for(our.fixtures.names())
        empty = answer(owners, "POST", path, {})
        assert empty.status_code in {200, 302, 400, 404, 409, 422}, page
        posted = OTHER_FORMS.get(page.route, "form")
        form = empty.context[posted] if empty.context and posted in empty.context else None
        if form is None:
            continue
        lines = [f"lines-0-{field}" for field in LINE_FIELDS[1:]] if "rows" in empty.context else []
        for data, name, value in typed_wrong(form, lines):
            response = answer(owners, "POST", path, data)
            assert response.status_code in {200, 302, 400, 404, 409, 422}, (page, data)
            if response.status_code != 400 or response.context is None or posted not in response.context:
                continue
            text = response.content.decode()
            assert 'role="alert"' in text or "aria-invalid" in text or "<li>" in text, (page, data)
            field = response.context[posted].fields.get(name)
            is_text = isinstance(getattr(field, "widget", None), forms.TextInput | forms.Textarea) or name in lines
            if is_text and "<form" in text:
                assert escape(value) in text, (page, data)


def test_garbage_in_addresses_breaks_no_page(our: Tenant, owners: Client) -> None:
    wrong = chain.from_iterable(cycle([GARBAGE]))
    for page in (one for one in PAGES if one.method == "GET"):
        view = URLS[page.route].callback.view_class  # type: ignore[attr-defined]
        filters = view.filters.base_filters if issubclass(view, ListPage) else ()
        path = page.path_for(our.fixtures.names())
        for names in (PARAMETERS, ("q", "after"), filters)[: 3 if filters else 1]:
            query = {name: next(wrong) for name in names}
            response = answer(owners, "GET", f"{path}?{urlencode(query)}")
            assert response.status_code in {200, 302, 400, 404, 409}, (page, query)
            assert not {name for name in HEADERS if name not in response}, page
            assert response.status_code == 404 or "private" in response["Cache-Control"], page
            is_saved = response.streaming or response.get("Content-Disposition", "").startswith("attachment")
            text = (b"" if is_saved else response.content).decode(errors="replace")
            assert not any(markup in text for markup in ("<script>alert", "<img src=x", "{{49")), page


def test_a_nul_in_an_address_finds_nothing(our: Tenant, owners: Client) -> None:
    for url in ("/quotes?customerId=a%00b", "/invoices?orderId=a%00b"):
        assert owners.get(url).status_code == 400
    for query in ("q=a&customer=a%00b", "q=a%00b"):
        assert owners.get(f"/items/options?{query}").status_code == 200
    for url in ("/search?q=a%00b", "/customers?q=a%00b", f"/customers/{our.fixtures.customer}/merge?into=a%00b"):
        assert owners.get(url).status_code == 200


def test_files_of_lists_stay_out_of_shared_caches(owners: Client) -> None:
    for kind in ("csv", "xlsx"):
        exported = owners.get(f"/customers?export={kind}")
        assert (exported.status_code, "private" in exported["Cache-Control"]) == (200, True)


@pytest.mark.parametrize("data", [{"name": "x" * 3_000_000}, dict.fromkeys(map(str, range(8_000)), "")])
def test_what_is_too_much_is_told_in_words(data: dict[str, str], owners: Client) -> None:
    refused = owners.post("/customers/new", urlencode(data), content_type="application/x-www-form-urlencoded")
    assert refused.status_code == 400
    assert "Go back, where what you typed is still there" in refused.content.decode()


def test_a_megabyte_in_a_field_is_refused_at_the_field_and_stays(owners: Client) -> None:
    name = "x" * 1_000_000
    refused = owners.post("/customers/new", {"name": name})
    assert refused.status_code == 400
    assert f'value="{name}"' in refused.content.decode()


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_refusals_have_their_headers_too(headers: dict[str, str]) -> None:
    refused = Client(enforce_csrf_checks=True).post("/sign-in", headers=headers)
    assert refused.status_code in {400, 403}
    assert not {name for name in HEADERS if name not in refused}
