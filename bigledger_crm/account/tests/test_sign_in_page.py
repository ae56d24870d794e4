"""What the sign-in page says."""

from django.test import Client

from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.html import flat


def test_the_sign_in_page_has_words_of_its_own(client: Client, alice: User) -> None:
    page = flat(client.get("/sign-in"))
    assert "Email address" in page
    assert "Forgot password?" in page
    empty = flat(client.post("/sign-in", {"username": "", "password": ""}))
    assert "Enter your email address" in empty
    assert "Enter your password" in empty
    wrong = flat(client.post("/sign-in", {"username": "alice@example.com", "password": "guess"}))
    assert "The email address or password is incorrect. Please try again." in wrong


def test_browsers_find_an_icon_for_tabs_without_a_page(client: Client) -> None:
    icon = client.get("/favicon.ico")
    assert icon.status_code == 200
    assert b"".join(icon).startswith(b"\x00\x00\x01\x00")
