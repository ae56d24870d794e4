"""Every URL of the product × every kind of caller.  They come from the URL configuration."""

import copy
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django import Settings

from bigledger_crm.kernel import clock, ids
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.permissions import RESOURCES, SAFEGUARDS
from bigledger_crm.tenancy.services import create_api_key, revoke_api_key
from bigledger_crm.testing.client import Answer, ApiClient, api_client
from bigledger_crm.testing.open_urls import OPEN
from bigledger_crm.testing.tenancy_call import Call, Page
from bigledger_crm.testing.tenancy_calls import ANALYTICS, CALLS, CONVERSIONS, KEYLESS, READING_POSTS, main_scope
from bigledger_crm.testing.tenancy_fixtures import OURS, PUBLIC_ID, THEIRS, Fixtures, Tenant, unknown_like, without_ids
from bigledger_crm.testing.tenancy_pages import PAGES
from sales.services import open_company

API = "api/v1/"
LOOK = "say in bigledger_crm/testing/tenancy_calls.py or tenancy_pages.py who may use it"


def _urls(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":  # has a test of its own
                yield from _urls(pattern.url_patterns, route)
        else:
            yield route, pattern


URLS = dict(_urls(get_resolver().url_patterns))


def _methods(pattern: URLPattern) -> set[str]:
    actions: dict[str, str] = pattern.callback.actions  # type: ignore[attr-defined]
    return {method.upper() for method in actions if method != "head"}


def test_every_method_of_every_api_address_has_an_entry() -> None:
    urls = {route.removeprefix(API): pattern for route, pattern in URLS.items() if route.startswith(API)}
    keyed = urls.keys() - KEYLESS.keys()
    assert keyed == urls.keys() ^ KEYLESS.keys(), LOOK
    served = {(method, route) for route in keyed for method in _methods(urls[route])}
    assert served == {(call.method, call.route) for call in CALLS}, LOOK


def test_every_api_address_tells_its_methods(our: Tenant) -> None:
    urls = {route: pattern for route, pattern in URLS.items() if route.startswith(API)}
    told = {}
    for route in urls.keys() - {API + keyless for keyless in KEYLESS}:
        path = re.sub("<[^>]+>", ids.encode("x", ids.new_id()), route.removeprefix(API))
        told[route] = {*our.api.request("OPTIONS", f"/{path}").data["allow"]} - {"HEAD", "OPTIONS"}
    assert told == {route: _methods(urls[route]) for route in told}


def test_every_page_has_an_entry() -> None:
    served = {route for route in URLS if not route.startswith(API)}
    assert served == OPEN.keys() | {page.route for page in PAGES}, LOOK


def _send(client: ApiClient, call: Call, fixtures: Fixtures) -> Answer:
    names = fixtures.names()
    path = call.path(names.get(call.object, ""), names.get(call.part, ""))
    return client.request(call.method, path, call.body(fixtures))


def _same(one: Answer, other: Answer) -> None:
    """The two answers differ in ids at most, the one in the header included, and in how they were counted."""
    assert (one.status, without_ids(one.text)) == (other.status, without_ids(other.text))
    of_its_own = {"X-Request-Id": "", "RateLimit": "", "RateLimit-Policy": ""}
    assert {**one.headers, **of_its_own} == {**other.headers, **of_its_own}


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_stranger_finds_nothing_and_the_owner_does(call: Call, our: Tenant, their: Tenant) -> None:
    if call.object:
        stolen = _send(their.api, call, our.fixtures)
        names = our.fixtures.names()
        unknown_id = unknown_like(names[call.object])
        path = call.path(unknown_id, names.get(call.part, ""))
        unknown = their.api.request(call.method, path, call.body(our.fixtures))
        assert (stolen.status, stolen.error["code"]) == (404, unknown.error["code"])
        _same(stolen, unknown)
    elif call.method == "GET":
        assert OURS not in _send(their.api, call, their.fixtures).text
    own = _send(our.api, call, our.fixtures)
    assert own.status == call.status, own.text
    assert THEIRS not in own.text


@pytest.mark.parametrize("call", [call for call in CALLS if call.part], ids=str)
def test_a_part_of_something_else_is_unknown(call: Call, our: Tenant, their: Tenant) -> None:
    ours, theirs = our.fixtures.names(), their.fixtures.names()
    unknown = our.api.request(call.method, call.path(ours[call.object], unknown_like(ours[call.part])), None)
    others = {ours[other.part] for other in CALLS if other.part} - {ours[call.part]}
    for part in (theirs[call.part], *others):
        stolen = our.api.request(call.method, call.path(ours[call.object], part), None)
        assert stolen.status == 404
        if part.partition("_")[0] == ours[call.part].partition("_")[0]:
            _same(stolen, unknown)


@pytest.mark.parametrize("call", [call for call in CALLS if call.body is not Call.body], ids=str)
def test_a_strangers_objects_in_a_body_are_unknown(call: Call, our: Tenant, their: Tenant) -> None:
    their_name = {value: their.fixtures.names()[name] for name, value in our.fixtures.names().items()}
    body = call.body(our.fixtures)
    path = call.path(our.fixtures.names().get(call.object, ""))
    for place, value in _texts(body):
        if not PUBLIC_ID.fullmatch(value):
            continue
        stolen = our.api.request(call.method, path, _with(body, place, their_name[value]))
        unknown = our.api.request(call.method, path, _with(body, place, unknown_like(value)))
        statuses = [row["status"] for row in stolen.data["results"]] if "bulk" in call.route else [stolen.status]
        assert statuses == [404]
        _same(stolen, unknown)


def _texts(part: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(part, str):
        yield place, part
    elif isinstance(part, dict | list):
        for name, below in part.items() if isinstance(part, dict) else enumerate(part):
            yield from _texts(below, (*place, name))


def _with(body: Any, place: tuple[Any, ...], value: str) -> Any:
    changed = part = copy.deepcopy(body)
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    return changed


def test_bodies_refer_to_customers_items_and_order_lines(our: Tenant) -> None:
    texts = [value for call in CALLS for _, value in _texts(call.body(our.fixtures))]
    assert {value.split("_")[0] for value in texts if PUBLIC_ID.match(value)} == {"cust", "item", "soi", "inv", "invli"}


def test_a_strangers_tax_code_is_unknown(our: Tenant, their: Tenant) -> None:
    line = {"description": "Work", "quantity": 1, "unitPrice": 1, "taxCode": their.fixtures.tax}
    stolen = our.api.post("/quotes", {"customerId": our.fixtures.customer, "items": [line]})
    unknown = our.api.post("/quotes", {"customerId": our.fixtures.customer, "items": [{**line, "taxCode": "NOTHING"}]})
    assert stolen.status == 400
    assert stolen.text.replace(their.fixtures.tax, "NOTHING") == unknown.text


@pytest.mark.parametrize(("number", "call"), list(enumerate(CALLS)), ids=str)
def test_without_a_usable_key_there_is_nothing(number: int, call: Call, our: Tenant) -> None:
    """No key, an unknown one, and by turns one of the others."""
    company = our.company
    unknown, unknown_secret = create_api_key([company], name="Deleted")
    unknown.delete()
    kinds = (_revoked, _expired, "", "nonsense", our.key + "x", our.key[:-1], "ключ")
    kind = kinds[number % len(kinds)]
    other = kind if isinstance(kind, str) else kind(company)
    missing, refused, too = (
        _send(ApiClient(key, company.public_id), call, our.fixtures) for key in (None, unknown_secret, other)
    )
    assert (missing.status, missing.error["code"]) == (401, "AUTHENTICATION_REQUIRED")
    assert missing.headers["WWW-Authenticate"] == "Bearer"
    assert (refused.status, refused.error["code"]) == (401, "INVALID_API_KEY")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    _same(refused, too)
    assert not ApiKey.objects.exclude(last_used_at=None).exists()


def _revoked(company: Company) -> str:
    key, secret = create_api_key([company], name="Revoked")
    revoke_api_key(key)
    return secret


def _expired(company: Company) -> str:
    return create_api_key([company], name="Expired", expires_at=clock.now() - timedelta(seconds=1))[1]


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_read_only_key_never_writes(call: Call, our: Tenant) -> None:
    key = create_api_key([our.company], name="Reader", scopes=["read", "company-exports:read"])[1]
    answer = _send(ApiClient(key, our.company.public_id), call, our.fixtures)
    if call.method != "GET" and call.route not in READING_POSTS:
        assert (answer.status, answer.error["code"]) == (403, "PERMISSION_DENIED")
    else:
        assert answer.status == call.status


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_key_of_another_resource_opens_nothing(call: Call, our: Tenant) -> None:
    scope = "webhooks:write" if call.route in ANALYTICS else "analytics:write"
    key = create_api_key([our.company], name="Analyst", scopes=[scope])[1]
    answer = _send(ApiClient(key, our.company.public_id), call, our.fixtures)
    assert (answer.status, answer.error["code"]) == (403, "PERMISSION_DENIED")


WRITING = frozenset(map(main_scope, RESOURCES))


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_key_needs_the_scope_of_its_resource_and_no_other(call: Call, our: Tenant) -> None:
    view: Any = resolve(f"/{API}{call.path(ids.encode('x', ids.new_id()), 'y')}".replace("//", "/")).func
    needed = CONVERSIONS.get(str(call), {main_scope(view.initkwargs.get("resource", view.cls.resource))})
    assert _status(our, call, *needed) == call.status
    for scope in needed:
        assert _status(our, call, *(WRITING - {scope}), *SAFEGUARDS) == 403


def _status(our: Tenant, call: Call, *scopes: str) -> int:
    """What a key with these scopes is answered; nothing of it stays."""
    with transaction.atomic():
        key = create_api_key([our.company], name="Narrow", scopes=scopes)[1]
        status = _send(ApiClient(key, our.company.public_id), call, our.fixtures).status
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize(("number", "call"), list(enumerate(CALLS)), ids=str)
def test_the_company_header_must_name_a_company_of_the_key(number: int, call: Call, our: Tenant, their: Tenant) -> None:
    """No company, a stranger's, and by turns one of the others."""
    missing = _send(ApiClient(our.key, None), call, our.fixtures)
    assert (missing.status, missing.error["code"]) == (400, "COMPANY_ID_REQUIRED")
    refused = _send(ApiClient(our.key, their.company.public_id), call, our.fixtures)
    assert (refused.status, refused.error["code"]) == (403, "COMPANY_ACCESS_DENIED")
    nowhere = ids.encode(Company.PREFIX, ids.new_id())
    others = (nowhere, "comp_1", "nonsense", str(their.company.pk), our.fixtures.customer, None)
    if other := others[number % len(others)]:
        client = ApiClient(our.key, other)
    else:
        closed = open_company("Closed", is_active=False)
        client = ApiClient(api_client(closed).key, closed.public_id)
    _same(refused, _send(client, call, our.fixtures))


def test_a_key_of_two_companies_sees_one_at_a_time(our: Tenant, their: Tenant) -> None:
    both = api_client(our.company, their.company)
    assert OURS in both.get("/customers").text
    assert THEIRS not in both.get("/customers").text
    assert both.get(f"/customers/{their.fixtures.customer}").status == 404
    both.company_id = their.company.public_id
    assert both.get(f"/customers/{their.fixtures.customer}").status == 200
    assert both.get(f"/customers/{our.fixtures.customer}").status == 404


def _visit(client: Client, page: Page, public_id: str, part_id: str) -> tuple[int, str]:
    response = client.generic(page.method, page.path(public_id, part_id))
    return response.status_code, response.getvalue().decode(errors="replace")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_pages_are_for_the_people_of_the_company(
    page: Page, our: Tenant, their: Tenant, settings: Settings, tmp_path: Path
) -> None:
    if not page.part and not page.object.endswith(("_archive", "_export")):  # else a file is wanted
        settings.MEDIA_ROOT = tmp_path
    names, strangers = our.fixtures.names(), their.fixtures.names()
    public_id, part_id = names.get(page.object, ""), names.get(page.part, "")
    client = Client()
    hidden = client.generic(page.method, page.path(public_id, part_id))
    assert (hidden.status_code, hidden.headers["Location"].split("?")[0]) == (302, "/sign-in")
    client.force_login(their.owner)
    status, text = _visit(client, page, public_id, part_id)
    assert OURS not in text
    if page.object:
        unknown_status, unknown_text = _visit(client, page, unknown_like(public_id), part_id)
        assert status == unknown_status == 404
        assert without_secrets(text) == without_secrets(unknown_text)
    if page.part:
        assert _visit(client, page, strangers[page.object], part_id)[0] == 404
    client.force_login(our.owner)
    status, text = _visit(client, page, public_id, part_id)
    assert status == page.status
    assert THEIRS not in text
    if page.method == "GET":
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
        assert [form for form in forms if our.company.public_id not in form and 'action="/sign-out"' not in form] == []


def without_secrets(text: str) -> str:
    """A page without what differs from one request to the next: ids and form tokens."""
    return without_ids(re.sub(r'name="(csrfmiddlewaretoken|form_key)" value="[\w-]+"', "", text))


def test_nobody_switches_to_a_strangers_company(our: Tenant, their: Tenant) -> None:
    client = Client()
    client.force_login(our.owner)
    unknown = ids.encode(Company.PREFIX, ids.new_id())
    assert client.post("/switch-company", {"company": their.company.public_id}).status_code == 404
    assert client.post("/switch-company", {"company": unknown}).status_code == 404
    assert client.post("/switch-company", {"company": our.company.public_id}).status_code == 302
