"""The command palette leads to every page of settings and of one's own account."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from bigledger_crm.account.frame import TABS
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.tenancy_pages import PAGES
from bigledger_crm.urls import settings_pages


def _palette(client: Client, text: str) -> list[str]:
    """Where the palette leads for a text."""
    answer = client.get("/search", {"q": text}, headers={"HX-Request": "true", "HX-Target": "palette-results"})
    return re.findall(r'class="search-result"[^>]* href="([^"]+)"', flat(answer))


def test_the_palette_finds_every_page_of_settings_and_of_the_account(client: Client, alice: User) -> None:
    client.force_login(alice)
    index = re.findall(r'class="settings-link" href="([^"]+)"', flat(client.get("/settings")))
    routes = {f"/{page.route}" for page in PAGES if re.fullmatch(r"settings/[\w-]+", page.route)}
    assert routes <= {*index}
    for group in settings_pages:
        for entry in group.entries:
            assert reverse(entry.url_name) in index
            assert reverse(entry.url_name) in _palette(client, str(entry.label).upper())
    for name, label in TABS:
        assert reverse(name) in _palette(client, str(label))
    assert "/account/leave" in _palette(client, "leave")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sst", "/settings/company"),
        ("logo", "/settings/company"),
        ("discount", "/settings/terms"),
        ("spf", "/settings/email"),
        ("colleagues", "/settings/members"),
        ("payment terms", "/settings/terms"),
    ],
)
def test_settings_are_found_by_what_they_are_for(client: Client, alice: User, text: str, found: str) -> None:
    client.force_login(alice)
    assert found in _palette(client, text)
    by_name = _palette(client, "terms")
    assert by_name[0] == "/settings/terms"


def test_the_palette_shows_what_a_person_may_open(client: Client, bob: User) -> None:
    client.force_login(bob)
    for text in ("api keys", "audit log", "members", "spf", "company"):
        assert not [href for href in _palette(client, text) if href.startswith("/settings/")]
