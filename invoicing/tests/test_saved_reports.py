"""Reports that are kept by name: whose they are, what they ask for as time goes by, and where they are shown."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from lxml import html

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.clock import travelling
from bigledger_crm.kernel.errors import InvalidData, NotFound, PermissionDenied
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice, make_saved_report
from bigledger_crm.testing.threads import at_once
from invoicing.inputs import SavedReportInput
from invoicing.models import SavedReport
from invoicing.reports.saved import (
    delete_saved_report,
    filters_of,
    saved_report_by_public_id,
    saved_reports_for,
    update_saved_report,
)
from invoicing.rules.saved_reports import MOST_ON_HOME, MOST_SAVED

in_company = pytest.mark.usefixtures("in_company", "no_broker")
LAST_MONTH = {"period": "last_month", "groupBy": "customer"}


def at_work(user: User) -> Actor:
    return actor_for_member(Membership.objects.select_related("company", "user").get(user=user))


FORM = {"sends": "never", "weekday": "1", "month_day": "1", "file_format": "pdf"}


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(InvalidData) as caught:
        call()
    return " ".join(error.message for error in caught.value.errors)


def cards_of(client: Client) -> list[html.HtmlElement]:
    """The saved reports on Home, which are fetched after the page."""
    home = html.fromstring(client.get("/").content.decode())
    found = [client.get(path, headers={"HX-Request": "true"}) for path in home.xpath("//@hx-get[contains(., '/card')]")]
    return [html.fromstring(response.content.decode()) for response in found]


def names_for(actor: Actor) -> list[str]:
    return [saved.name for saved in saved_reports_for(actor).order_by("name")]


@in_company
def test_a_period_by_its_name_moves_with_time(actor: Actor) -> None:
    saved = make_saved_report(actor, filters=LAST_MONTH)
    for now, first in ((datetime(2024, 3, 31, 15, tzinfo=UTC), 2), (datetime(2024, 3, 31, 17, tzinfo=UTC), 3)):
        with travelling(now):  # in Kuala Lumpur the second is in April
            given: Any = filters_of(actor, saved)
            assert not given.problems()
            assert given.chosen.first.month == first


@in_company
def test_each_sees_own_and_shared_ones(actor: Actor, bob: User) -> None:
    colleague = at_work(bob)
    make_saved_report(actor, name="Hers")
    shared = make_saved_report(actor, name="Shared", is_shared=True)
    make_saved_report(colleague, name="His")
    assert names_for(actor) == ["Hers", "Shared"]
    assert names_for(colleague) == ["His", "Shared"]
    for act in (delete_saved_report, lambda who, row: update_saved_report(who, row, SavedReportInput(name="Mine"))):
        with pytest.raises(NotFound):
            act(colleague, shared)
    with pytest.raises(PermissionDenied):
        make_saved_report(colleague, name="For all", is_shared=True)


@in_company
def test_who_may_share_tidies_up_shared_ones(actor: Actor, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="finance")
    finance = at_work(bob)
    shared, own = (make_saved_report(finance, name=name, is_shared=name == "Shared") for name in ("Shared", "Own"))
    update_saved_report(actor, shared, SavedReportInput(name="Renamed"))
    assert "Only your own" in refused(lambda: update_saved_report(actor, shared, SavedReportInput(on_home=True)))
    with pytest.raises(NotFound):
        delete_saved_report(actor, own)
    delete_saved_report(actor, shared)
    assert names_for(finance) == ["Own"]


def test_another_company_has_none_of_them(actor: Actor, stranger: Actor) -> None:
    with company_scope(actor.company):
        shared = make_saved_report(actor, is_shared=True)
    with company_scope(stranger.company):
        assert names_for(stranger) == []
        with pytest.raises(NotFound):
            saved_report_by_public_id(stranger, shared.public_id)
        with pytest.raises(NotFound):
            delete_saved_report(stranger, shared)
        make_saved_report(stranger)  # the same name is free there


@in_company
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"report": "moon"}, "report"),
        ({"name": " \u200b "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "Sales"}, "name"),
        ({"filters": {"period": "this_week"}}, "filters"),
        ({"filters": {"dateFrom": "2024-01-01"}}, "filters"),
        ({"filters": {"moon": "full"}}, "filters"),
        ({"report": "tax-summary", "filters": {"groupBy": "customer"}}, "filters"),
    ],
)
def test_what_is_wrong_is_named(actor: Actor, given: dict[str, Any], field: str) -> None:
    make_saved_report(actor)
    with pytest.raises(InvalidData) as caught:
        make_saved_report(actor, **{"name": "Another", **given})
    assert [error.path[0] for error in caught.value.errors] == [field]
    assert SavedReport.objects.count() == 1


@in_company
def test_there_is_a_limit_for_each_person_and_for_home(actor: Actor, bob: User) -> None:
    for number in range(MOST_SAVED):
        last = make_saved_report(actor, name=f"{number}", on_home=number < MOST_ON_HOME)
    assert "up to 50 reports" in refused(lambda: make_saved_report(actor, name="One more"))
    assert "up to 4 reports" in refused(lambda: update_saved_report(actor, last, SavedReportInput(on_home=True)))
    make_saved_report(at_work(bob), on_home=True)


@pytest.mark.usefixtures("committed")
def test_two_at_once_do_not_share_a_name(actor: Actor) -> None:
    made, errors = at_once([lambda: make_saved_report(actor)] * 2, company=actor.company)
    assert len(made) == 1
    assert [type(error) for error in errors] == [InvalidData]


@in_company
def test_a_report_is_saved_from_its_page(alices: Client, actor: Actor) -> None:
    customer = make_customer(actor, name="Borneo Timber")
    make_invoice(actor, customer)
    page = html.fromstring(alices.get("/reports/sales?groupBy=item&customerId=Borneo Timber").content.decode())
    (save,) = page.xpath("//a[contains(., 'Save this report')]/@href")
    assert alices.get(save).status_code == 200
    assert alices.post(save, {"name": ""}).status_code == 400
    opened = alices.post(save, {**FORM, "name": "Timber by item", "is_shared": "on"})
    saved = SavedReport.objects.get()
    assert (saved.filters, saved.is_shared) == ({"groupBy": "item", "customerId": customer.public_id}, True)
    text = alices.get(opened["Location"]).content.decode()
    assert "<h1>Timber by item</h1>" in text.replace("\n", "")
    assert "Save changes" not in text
    index = html.fromstring(alices.get("/reports").content.decode())
    (link,) = index.xpath(f"//a[@href = '{opened['Location']}']")
    assert " ".join(link.itertext()).split() == "Timber by item Sales · Item · shared".split()


@in_company
def test_other_filters_are_shown_and_then_saved(alices: Client, actor: Actor) -> None:
    saved = make_saved_report(actor, filters=LAST_MONTH)
    href = f"/reports/saved/{saved.public_id}"
    page = html.fromstring(alices.get(f"{href}?period=this_year").content.decode())
    (action,) = page.xpath("//form[contains(@action, '/filters')]/@action")
    assert alices.post(action).status_code == 302
    saved.refresh_from_db()
    assert saved.filters == {"period": "this_year"}
    (nothing,) = html.fromstring(alices.get(href).content.decode()).xpath("//a[contains(., 'This month')]/@href")
    assert nothing == f"{href}?period=this_month"
    alices.post(f"{href}/filters?groupBy=moon")
    saved.refresh_from_db()
    assert saved.filters == {"period": "this_year"}


@in_company
def test_the_page_has_as_many_rows_as_were_saved(alices: Client, actor: Actor) -> None:
    for name in ("First", "Second", "Third"):
        make_invoice(actor, make_customer(actor, name=name))
    filters = {"groupBy": "customer", "limit": "2"}
    saved = make_saved_report(actor, filters=filters)
    page = alices.get(f"/reports/saved/{saved.public_id}").content.decode()
    assert len(html.fromstring(page).xpath("//table[contains(@class, 'report-table')]/tbody/tr")) == 2
    assert "Save changes" not in page
    changed = alices.post(f"/reports/saved/{saved.public_id}/filters?groupBy=country&limit=2")
    assert changed.status_code == 302
    saved.refresh_from_db()
    assert saved.filters == {"groupBy": "country", "limit": "2"}
    assert alices.get("/reports/sales?limit=two").status_code == 200


@in_company
def test_a_saved_report_is_renamed_and_deleted(alices: Client, actor: Actor) -> None:
    saved = make_saved_report(actor)
    href = f"/reports/saved/{saved.public_id}"
    assert alices.post(f"{href}/edit", {**FORM, "name": "Year", "on_home": "on"})["Location"] == href
    saved.refresh_from_db()
    assert (saved.name, saved.on_home, saved.is_shared) == ("Year", True, False)
    assert b"Delete Year?" in alices.get(f"{href}/delete").content
    assert alices.post(f"{href}/delete")["Location"] == "/reports"
    assert not SavedReport.objects.exists()


@in_company
def test_home_shows_each_person_their_own(alices: Client, actor: Actor, bob: User) -> None:
    make_invoice(actor, make_customer(actor))
    make_saved_report(actor, name="By customer", filters={"groupBy": "customer"}, on_home=True, is_shared=True)
    make_saved_report(actor, name="Not there")
    (card,) = cards_of(alices)
    assert "Acme Corporation" in card.text_content()
    make_saved_report(actor, name="Tax", report="tax-by-document", filters={"period": "this_year"}, on_home=True)
    assert "100.00" in cards_of(alices)[1].text_content()
    assert card.xpath(".//h2/a/@href")[0].startswith("/reports/saved/report_")
    assert b"Not there" not in alices.get("/").content
    alices.force_login(bob)
    assert cards_of(alices) == []


@in_company
def test_home_says_when_a_saved_report_has_nothing(alices: Client, actor: Actor) -> None:
    gone = make_customer(actor)
    make_saved_report(actor, name="Gone", filters={"customerId": gone.public_id}, on_home=True)
    make_saved_report(actor, name="Nothing sold", on_home=True, filters={"groupBy": "customer"})
    gone.delete()
    for card, name in zip(cards_of(alices), ("Gone", "Nothing sold"), strict=True):
        assert card.get("aria-label") == name
        assert "Nothing to show" in card.text_content()


@in_company
def test_what_others_see_is_on_record(actor: Actor, bob: User) -> None:
    own = make_saved_report(actor, name="Own")
    update_saved_report(actor, own, SavedReportInput(name="Mine"))
    delete_saved_report(actor, own)
    shared = make_saved_report(actor, name="Shared", is_shared=True)
    sending = SavedReportInput(sends="weekly", send_day=1, file_format="pdf", recipients=[bob.public_id])
    update_saved_report(actor, shared, sending)
    update_saved_report(actor, shared, SavedReportInput(name="Shared"))
    delete_saved_report(actor, shared)
    found = AuditEntry.objects.filter(event__startswith="saved_report").order_by("occurred_at", "id")
    assert [(entry.event, entry.note, entry.changes) for entry in found] == [
        ("saved_report.created", "Shared", {}),
        (
            "saved_report.updated",
            "Shared",
            {
                "sends": ["", "weekly"],
                "send_day": [None, 1],
                "file_format": ["", "pdf"],
                "recipients": [[], [bob.public_id]],
            },
        ),
        ("saved_report.deleted", "Shared", {}),
    ]


@in_company
def test_who_sees_own_records_sees_own_figures(company: Company, actor: Actor, limited: Membership) -> None:
    colleague, client = limited.user, Client()
    make_invoice(actor, make_customer(actor, name="Not his", owner_id=None))
    theirs = make_customer(actor, name="His", owner_id=colleague.public_id)
    make_invoice(actor, theirs)
    shared = make_saved_report(actor, filters={"groupBy": "customer"}, is_shared=True)
    about = make_saved_report(
        actor, name="One", filters={"customerId": make_customer(actor, name="Hers").public_id}, is_shared=True
    )
    client.force_login(colleague)
    text = client.get(f"/reports/saved/{shared.public_id}").content.decode()
    assert "His" in text
    assert "Not his" not in text
    other = client.get(f"/reports/saved/{about.public_id}")
    assert other.status_code == 404
    assert b"not one of yours" in other.content
    assert b"Hers" not in other.content
