"""Every page by every role, as the table of rights says; and the pages and the docs say what the table says.

`UPDATE_RIGHTS=1` writes `rights_of_pages.txt` and the table in docs/rights.md anew.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import resolve

from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.permissions import ALL_RIGHTS, RIGHTS, ROLE_PERMISSIONS, ROLES
from bigledger_crm.testing.tenancy_call import Page
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.testing.tenancy_pages import PAGES
from bigledger_crm.web.views import SAFE_METHODS

RIGHTS_OF_PAGES = Path(__file__).with_name("rights_of_pages.txt")
DOCS = Path(settings.BASE_DIR, "docs", "rights.md")
BEGIN, END = "<!-- The table of rights -->\n", "<!-- End of the table -->\n"
# Pages of a person's own, and those that show each part only to who may see it.
FOR_ALL = "everybody"
# They ask for the right to write what the email is about, or all emails; the one of the test is about an invoice.
OF_EMAILS = {"outbox/<str:public_id>/retry", "outbox/<str:public_id>/withdraw"}


def right_of(page: Page, path: str) -> str:
    """The right that a page asks for."""
    if page.route in OF_EMAILS:
        return "emails:write"
    function: Any = resolve(path).func
    view = function.view_class
    resource = function.view_initkwargs.get("resource", view.resource)
    verb = function.view_initkwargs.get("verb", view.verb)
    return f"{resource}:{verb or ('read' if page.method in SAFE_METHODS else 'write')}" if resource else FOR_ALL


def _same_as_file(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_RIGHTS"):
        path.write_text(text)
    assert path.read_text() == text, f"if that is what you want: UPDATE_RIGHTS=1 bin/test {Path(__file__).name}"


def test_what_each_page_asks_for_is_seen_in_review(our: Tenant) -> None:
    lines = {
        f"{page.method:<5} /{page.route}  {right_of(page, page.path_for(our.fixtures.names()))}\n" for page in PAGES
    }
    _same_as_file(RIGHTS_OF_PAGES, "".join(sorted(lines, key=lambda line: (line[6:], line))))
    assert {line.split()[-1] for line in lines} - {FOR_ALL} <= ALL_RIGHTS


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_a_role_opens_the_pages_of_its_rights_and_no_other(
    role: str, our: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who may see a page is decided before it is drawn, which is most of the work.
    monkeypatch.setattr(Template, "render", lambda *_arguments: "<p></p>")
    person = User.objects.create_user(f"{role}@example.com")
    Membership.objects.create(company=our.company, user=person, role=role)
    client = Client()
    client.force_login(person)
    refused, not_allowed = set(), set()
    for page in PAGES:
        path = page.path_for(our.fixtures.names())
        with transaction.atomic():
            status = client.generic(page.method, path).status_code
            transaction.set_rollback(True)
        if status == 403:
            refused.add(str(page))
        if (right := right_of(page, path)) != FOR_ALL and right not in ROLE_PERMISSIONS[role]:
            not_allowed.add(str(page))
    assert refused == not_allowed


def table() -> str:
    """The rights as Markdown."""
    heads = " | ".join(role.title() for role in ROLES.values())
    rows = [f"| right | {heads} | what it allows |\n|---|{':-:|' * len(ROLES)}---|\n"]
    for right in RIGHTS:
        marks = " | ".join("●" if letter in right.roles else "" for letter in ROLES)
        rows.append(f"| `{right.name}` | {marks} | {right.text} |\n")
    return "".join(rows)


def test_the_docs_have_the_table() -> None:
    before, _begin, rest = DOCS.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    _same_as_file(DOCS, f"{before}{BEGIN}{table()}{END}{after}")
