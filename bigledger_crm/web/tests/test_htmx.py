"""What htmx is given: parts of pages, dialogs, redirects for the browser, and messages."""

import re
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from bigledger_crm.kernel.errors import Conflict
from bigledger_crm.testing.html import flat
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.toasts import Undo, toast
from bigledger_crm.web.views import CompanyView

pytestmark = pytest.mark.urls(__name__)
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-body"}


class _Name(forms.Form):
    name = forms.CharField()
    note = forms.CharField(required=False, max_length=5)


class _Form(ServiceFormView):
    def make_form(self, data: Any = None) -> _Name:
        return _Name(data)

    def save(self, form: _Name) -> str:
        if form.cleaned_data["name"] == "refused":
            raise Conflict("Not today")
        self.done("Saved.")
        return "/parts"

    def get_context(self) -> dict[str, Any]:
        return {"title": "A form", "submit": "Save", "back": "/parts"}


class _Parts(CompanyView):
    partials = {"stepper": "components/stepper.html"}

    def get(self, request: HttpRequest) -> HttpResponse:
        if "tell" in request.GET:
            toast(request, "Email will go in 8 seconds", undo=Undo("/stop", "Undo"))
        return self.page("layouts/app.html", title="Parts", steps=[])


urlpatterns = [
    path("form", _Form.as_view()),
    path("parts", _Parts.as_view()),
    path("", include("bigledger_crm.urls")),
]


def test_a_part_alone_answers_htmx_and_never_stands_in_for_the_page(alices: Client) -> None:
    page = alices.get("/parts")
    part = alices.get("/parts", headers={"HX-Request": "true", "HX-Target": "stepper"})
    assert "<!doctype html>" in flat(page)
    assert flat(part).strip().startswith("<nav")
    assert "<html" not in flat(part)
    for response in (page, part):
        assert {"HX-Request", "HX-Target", "Cookie"} <= {name.strip() for name in response["Vary"].split(",")}
        assert {"private", "no-cache"} <= {word.strip() for word in response["Cache-Control"].split(",")}


@pytest.mark.parametrize("header", ["HX-History-Restore-Request", "HX-Boosted"])
def test_going_back_needs_the_whole_page(alices: Client, header: str) -> None:
    asked = {"HX-Request": "true", "HX-Target": "stepper", header: "true"}
    assert "<!doctype html>" in flat(alices.get("/parts", headers=asked))


def test_an_unknown_target_gets_the_page(alices: Client) -> None:
    asked = {"HX-Request": "true", "HX-Target": "elsewhere"}
    assert "<!doctype html>" in flat(alices.get("/parts", headers=asked))


def test_a_form_is_the_same_in_a_dialog_and_on_its_page(alices: Client) -> None:
    page = flat(alices.get("/form"))
    dialog = flat(alices.get("/form", headers=IN_DIALOG))
    assert "<html" in page
    assert "hx-post" not in page
    assert "<html" not in dialog
    assert 'hx-post="/form"' in dialog
    assert '<h2 id="dialog-title">A form</h2>' in dialog
    assert 'name="form_key"' in page
    assert 'name="form_key"' in dialog
    assert 'for="id_name"' in page
    assert 'for="dialog_name"' in dialog


def test_a_dialog_keeps_its_errors_and_writes_none_into_the_console(alices: Client) -> None:
    assert alices.post("/form", {"name": ""}).status_code == 400
    refused = alices.post("/form", {"name": ""}, headers=IN_DIALOG)
    assert refused.status_code == 200
    assert "<html" not in flat(refused)
    assert 'aria-invalid="true"' in flat(refused)


def test_the_first_wrong_field_has_the_focus(alices: Client) -> None:
    for headers in ({}, IN_DIALOG):
        page = flat(alices.post("/form", {"name": "", "note": "x" * 6}, headers=headers))
        assert re.findall(r'name="(\w+)"[^>]* autofocus', page) == ["name"]
    assert " autofocus" not in flat(alices.get("/form"))


def test_a_refusal_of_the_whole_form_has_the_focus(alices: Client) -> None:
    page = flat(alices.post("/form", {"name": "refused"}))
    assert re.findall(r"<(\w+)[^>]* autofocus[^>]*>\s*<p>\s*(?:<span[^>]*>)?([^<]+?)\s*<", page) == [
        ("div", "Not today.")
    ]


def test_checking_names_what_is_wrong_and_saves_nothing(alices: Client) -> None:
    checked = alices.post("/form", {"name": "", "note": "x" * 6, "check": "1"})
    assert (checked.status_code, set(checked.json()["errors"])) == (200, {"name", "note"})
    assert alices.post("/form", {"name": "x", "check": "1"}).json() == {"errors": {}}
    assert "Saved." not in flat(alices.get("/parts"))


def test_success_sends_the_browser_on_and_tells_it_there(alices: Client) -> None:
    saved = alices.post("/form", {"name": "x"}, headers=IN_DIALOG)
    assert (saved.status_code, saved["HX-Redirect"], "Location" in saved) == (200, "/parts", False)
    assert "Saved." in flat(alices.get("/parts"))
    assert alices.post("/form", {"name": "x"}).status_code == 302


def test_a_session_that_ended_leads_back_to_the_page_that_was_open(client: Client, db: None) -> None:
    headers = {**IN_DIALOG, "HX-Current-URL": "http://testserver/parts?show=all"}
    assert client.get("/form", headers=headers)["HX-Redirect"] == "/sign-in?next=/parts%3Fshow%3Dall"


def test_a_part_carries_its_toasts_with_their_undo(alices: Client) -> None:
    asked = {"HX-Request": "true", "HX-Target": "stepper"}
    told = flat(alices.get("/parts?tell=1", headers=asked))
    assert 'hx-swap-oob="beforeend:#messages"' in told
    assert 'data-seconds="8"' in told
    assert '<form method="post" action="/stop">' in told
    assert "hx-swap-oob" not in flat(alices.get("/parts", headers=asked))
