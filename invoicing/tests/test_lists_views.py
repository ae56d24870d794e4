"""Saved views, columns and density of a list."""

import re

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.testing.factories import make_invoice
from bigledger_crm.testing.html import flat, text_of
from bigledger_crm.web.lists import saved_views
from bigledger_crm.web.models import ListPreferences, SavedView

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company")
LIST = "/invoices"


def test_views_are_kept_shared_and_removed(alices: Client, actor: Actor, bob: User) -> None:
    late = f"{LIST}?show=overdue&totalMin=5"
    assert alices.post(late, {"save_view": "yes", "name": " Late  ones ", "is_shared": "on"})["Location"] == late
    alices.post(f"{LIST}?show=draft", {"save_view": "yes", "name": "Mine"})
    alices.post(f"{LIST}?show=paid", {"save_view": "yes", "name": "Mine"})  # the same name is the same view
    page = text_of(alices, late)
    links = re.findall(r'<a class="menu-item" href="(/invoices\?[^"]+)"( aria-current="true")?><span>([^<]+)', page)
    assert links == [
        ("/invoices?show=overdue&amp;totalMin=5", ' aria-current="true"', "Late ones"),
        ("/invoices?show=paid", "", "Mine"),
    ]
    bobs = Client()
    bobs.force_login(bob)
    seen = text_of(bobs, LIST)
    assert "Late ones" in seen
    assert "Mine" not in seen
    shared = SavedView.objects.get(name="Late ones").public_id
    assert bobs.post(LIST, {"remove_view": shared}).status_code == 404
    assert alices.post(LIST, {"remove_view": shared}).status_code == 302
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Mine"]


def test_who_may_not_change_a_list_shares_no_view_of_it(alices: Client, bob: User) -> None:
    bobs = Client()
    bobs.force_login(bob)
    saved = {"save_view": "yes", "name": "For all"}
    for place, may in ((LIST, False), ("/quotes", True)):
        assert ('name="is_shared"' in text_of(bobs, place)) is may
        assert bobs.post(place, {**saved, "is_shared": "on"}).status_code == (302 if may else 403)
        assert bobs.post(place, {**saved, "name": "Mine"}).status_code == 302
    Membership.objects.filter(user=bob).update(role="viewer")
    assert bobs.post("/quotes", {**saved, "is_shared": "on"}).status_code == 403
    assert list(SavedView.objects.filter(is_shared=True).values_list("place", flat=True)) == ["/quotes"]


def test_a_list_has_no_more_views_than_can_be_seen(alices: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    for name, status in (("One", 302), ("Two", 302), ("Three", 400), ("One", 302)):
        response = alices.post(f"{LIST}?show=draft", {"save_view": "yes", "name": name})
        assert response.status_code == status, name
    assert alices.post("/quotes", {"save_view": "yes", "name": "Three"}).status_code == 302
    refused = flat(alices.post(LIST, {"save_view": "yes", "name": "Three"}))
    assert "You can save up to 2 views for each list." in refused


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_view_needs_a_name_and_what_was_typed_stays(alices: Client, name: str) -> None:
    response = alices.post(f"{LIST}?show=draft", {"save_view": "yes", "name": name, "is_shared": "on"})
    assert response.status_code == 400
    page = flat(response)
    assert 'id="view-error">Enter a name of at most 60 characters.' in page
    assert f'value="{name}" aria-invalid="true"' in page
    assert not SavedView.objects.exists()


def test_columns_and_density_are_a_persons_own(alices: Client, actor: Actor, bob: User) -> None:
    make_invoice(actor, reference="PO-7")
    alices.post(LIST, {"column": ["customer", "reference", "total"], "is_dense": "on"})
    page = text_of(alices, LIST)
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+?)(?: <span|<)', page)
    assert [head.strip() for head in heads if head.strip()] == ["Number", "Customer", "Reference", "Total MYR"]
    assert "table-dense" in page
    bobs = Client()
    bobs.force_login(bob)
    assert "table-dense" not in text_of(bobs, LIST)
    alices.post(LIST, {"column": ["customer", "status", "date", "due", "total", "to-pay"]})
    assert ListPreferences.objects.get().changed == []
