"""A new installation: the first person opens the link, makes the company, and is signed in as its owner."""

import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from bigledger_crm.embedded.management.commands.up import setup_lines
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import Conflict
from bigledger_crm.tenancy import setup_link
from bigledger_crm.tenancy.models import Company, Membership, SecurityEvent, User
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.threads import at_once
from sales.services import set_up

FACTS = {
    "company": "Kinabalu Trading Sdn Bhd",
    "country": "MY",
    "currency": "MYR",
    "time_zone": "Asia/Kuching",
    "owner_name": " Dewi  Lim ",
    "email": "Dewi@Example.com",
    "new_password1": "a longer horse staple",
    "new_password2": "a longer horse staple",
}


def _link() -> str:
    """What `bin/run` prints."""
    _words, link = setup_lines()
    found = re.fullmatch(r"http://127\.0\.0\.1:\d+(/setup/\S+)", link)
    assert found is not None
    return found[1]


@pytest.mark.django_db
def test_the_first_person_becomes_the_owner_and_is_signed_in() -> None:
    browser, link = Client(), _link()
    assert "Set up your company" in flat(browser.get(link))
    answer = browser.post(link, FACTS)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/company")
    assert browser.get("/settings/company").status_code == 200
    member = Membership.objects.select_related("company", "user").get()
    assert (member.role, member.user.email, member.user.name) == ("owner", "dewi@example.com", "Dewi Lim")
    assert (member.company.name, member.company.currency, member.company.time_zone) == (
        "Kinabalu Trading Sdn Bhd",
        "MYR",
        "Asia/Kuching",
    )
    assert not member.user.is_superuser
    assert SecurityEvent.objects.filter(event="security.member_added", company=member.company).exists()
    assert setup_lines() == []
    for gone in (Client().get(link), Client().post(link, {**FACTS, "email": "other@example.com"})):
        assert (gone.status_code, "This installation is set up" in flat(gone)) == (410, True)
    assert Company.objects.count() == 1


@pytest.mark.django_db
def test_everything_that_is_wrong_is_told_and_nothing_is_made() -> None:
    browser, link = Client(), _link()
    wrong = {**FACTS, "company": " ", "email": "nobody", "currency": "XXX", "new_password2": "another"}
    answer = browser.post(link, wrong)
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"company", "email", "currency", "new_password2"}
    assert 'value="nobody"' in flat(answer)
    User.objects.create_user("dewi@example.com")
    taken = browser.post(link, FACTS)
    assert (taken.status_code, set(taken.context["form"].errors)) == (400, {"email"})
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_a_link_that_is_old_or_made_up_does_not_work() -> None:
    link = _link()
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        old = Client().get(link)
    for gone in (old, Client().get(f"{link}x"), Client().post("/setup/first", FACTS)):
        assert (gone.status_code, "prints a new one" in flat(gone)) == (410, True)
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_the_sign_in_page_says_how_to_begin_and_keeps_the_link_to_itself() -> None:
    page = flat(Client().get("/sign-in"))
    assert "There is no company here yet." in page
    assert "manage.py setup_link" in page
    assert "/setup/" not in page
    printed = StringIO()
    call_command("setup_link", stdout=printed)
    assert Client().get(urlsplit(printed.getvalue().strip()).path).status_code == 200
    assert Client().post(_link(), FACTS).status_code == 302
    assert "There is no company here yet." not in flat(Client().get("/sign-in"))
    with pytest.raises(CommandError, match="set up already"):
        call_command("setup_link")


@pytest.mark.usefixtures("committed")
def test_of_two_who_set_up_at_once_one_does() -> None:
    def make(email: str) -> None:
        set_up(
            owner_name="Dewi",
            email=email,
            password="a longer horse staple",
            company="Kinabalu",
            country="MY",
            currency="MYR",
            time_zone="UTC",
            address="",
        )

    _, failures = at_once([lambda: make("a@example.com"), lambda: make("b@example.com")])
    assert [type(failure).__name__ for failure in failures] == ["SetUpAlready"]
    assert all(isinstance(failure, Conflict) for failure in failures)
    assert (Company.objects.count(), User.objects.count()) == (1, 1)
    assert not setup_link.is_new()
