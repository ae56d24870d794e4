"""Signing in, the company of the session, and the frame around every page."""

from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.views.defaults import server_error

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import Conflict, NotFound
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import CompanyScopeError, current_company_id
from bigledger_crm.testing.html import flat
from bigledger_crm.web.views import CompanyView

PAGE = "/styleguide"


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: Client, alice: User) -> None:
    asked = client.get(PAGE)
    assert asked.status_code == 302
    assert asked["Location"] == "/sign-in?next=/styleguide"

    signed_in = client.post(asked["Location"], {"username": "Alice@Example.com", "password": "correct horse battery"})
    assert signed_in.status_code == 302
    assert signed_in["Location"] == PAGE
    assert client.get(PAGE).status_code == 200


def test_a_wrong_password_keeps_the_address_and_says_so(client: Client, alice: User) -> None:
    response = client.post("/sign-in", {"username": "alice@example.com", "password": "wrong"})
    assert response.status_code == 200
    text = flat(response)
    assert 'value="alice@example.com"' in text
    assert 'role="alert"' in text


def test_sign_in_never_leads_to_a_foreign_address(client: Client, alice: User) -> None:
    response = client.post(
        "/sign-in?next=https://evil.example/",
        {"username": "alice@example.com", "password": "correct horse battery", "next": "https://evil.example/"},
    )
    assert response["Location"] == "/"


def test_sign_out_is_a_post_and_ends_the_session(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/sign-out").status_code == 405
    assert client.get(PAGE).status_code == 200
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get(PAGE).status_code == 302


def test_a_person_without_a_company_is_told_what_to_do(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("new@example.com", "correct horse battery"))
    response = client.get(PAGE)
    assert response.status_code == 403
    assert "You are not a member of a company yet" in flat(response)


def test_a_closed_company_is_none(client: Client, alice: User, company: Company) -> None:
    company.is_active = False
    company.save()
    client.force_login(alice)
    assert client.get(PAGE).status_code == 403


def test_switching_companies_lasts_for_the_session(
    client: Client, alice: User, company: Company, other_company: Company
) -> None:
    client.force_login(alice)
    stranger = client.post("/switch-company", {"company": other_company.public_id})
    assert stranger.status_code == 404

    Membership.objects.create(company=other_company, user=alice, role="viewer")
    assert client.get(PAGE).context["company"] == other_company  # first by name
    client.post("/switch-company", {"company": company.public_id})
    assert client.get(PAGE).context["company"] == company


def test_forms_need_their_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/sign-out")
    assert response.status_code == 403
    assert "Please try again" in flat(response)


class _Probe(CompanyView):
    resource = "quotes"

    def get(self, request: HttpRequest) -> HttpResponse:
        if "missing" in request.GET:
            raise NotFound("Quote", request.GET["missing"])
        if "taken" in request.GET:
            raise Conflict("Alice Tan changed this a minute ago")
        if "differs" in request.GET:
            return self.conflict("Alice Tan changed this", [("Title", "Mine", "Hers")], "/quotes")
        return self.page("layouts/app.html", title=str(current_company_id()))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.page("layouts/app.html", title="Changed")


urlpatterns = [path("probe", _Probe.as_view()), path("", include("bigledger_crm.urls"))]


@pytest.mark.urls(__name__)
def test_a_page_runs_in_the_scope_of_its_company(client: Client, bob: User, company: Company) -> None:
    client.force_login(bob)
    assert str(company.pk) in flat(client.get("/probe"))
    assert client.get("/probe?missing=quote_1").status_code == 404
    with pytest.raises(CompanyScopeError):
        current_company_id()


@pytest.mark.urls(__name__)
def test_a_conflict_shows_both_sides_and_the_way_on(client: Client, bob: User) -> None:
    client.force_login(bob)
    page = client.get("/probe?taken=1")
    assert page.status_code == 409
    assert "Alice Tan changed this a minute ago" in flat(page)
    assert 'href="/probe"' in flat(page)
    both = flat(client.get("/probe?differs=1", headers={"HX-Request": "true", "HX-Target": "dialog-body"}))
    assert all(text in both for text in ("Mine", "Hers", 'href="/quotes"', 'id="dialog-title"'))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("role", "status"), [("sales", 200), ("viewer", 403)])
def test_a_role_bounds_what_a_page_does(client: Client, bob: User, role: str, status: int) -> None:
    Membership.objects.filter(user=bob).update(role=role)
    client.force_login(bob)
    assert client.get("/probe").status_code == 200
    assert client.post("/probe").status_code == status


def test_the_frame_shows_a_shifted_clock(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(alice)
    assert "Test clock" not in flat(client.get(PAGE))
    monkeypatch.setattr(clock, "is_shifted", lambda: True)
    monkeypatch.setattr(clock, "now", lambda: datetime(2024, 1, 15, 1, 30, tzinfo=UTC))
    assert "Test clock: 15 Jan 2024, 09:30" in flat(client.get(PAGE))


def test_no_page_carries_inline_script_or_style(client: Client, alice: User) -> None:
    client.force_login(alice)
    text = flat(client.get(PAGE))
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_an_unknown_address_has_a_page(client: Client, db: None) -> None:
    response = client.get("/nowhere/at/all")
    assert response.status_code == 404
    assert "Page not found" in flat(response)


def test_the_page_for_a_broken_server_needs_nothing(rf: RequestFactory) -> None:
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Something went wrong on our side" in flat(response)
