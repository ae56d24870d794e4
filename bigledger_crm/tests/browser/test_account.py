"""One's own account in a browser: a passkey is added, signs in alone, and every page of it is sound."""

import pytest
from playwright.sync_api import expect

from bigledger_crm.testing.browser import BrowserSession, RunningApp
from bigledger_crm.testing.tenancy_call import Page
from bigledger_crm.tests.browser.test_every_page import _faults

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_signs_in_alone(browser_session: BrowserSession, running_app: RunningApp) -> None:
    base = running_app.url.replace("127.0.0.1", "localhost")  # browsers know no passkeys for numbers
    page = browser_session.window(signed_in=False, base_url=base)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    browser_session.sign_in(page)
    page.goto("/account/second-factor")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(running_app.password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of this passkey").fill("Laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/account/second-factor/codes")
    for path in ("", "/email", "/password", "/sessions", "/second-factor", "/second-factor/codes"):
        assert _faults(page, Page(f"account{path}"), f"/account{path}") == []
    for path in ("/app", "/codes/new", "/passkeys", "/passkeys/new"):
        assert _faults(page, Page(f"account/second-factor{path}"), f"/account/second-factor{path}") == []
    page.goto("/account/second-factor/passkeys")
    expect(page.get_by_role("link", name="Laptop", exact=True)).to_be_visible()
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{base}/")
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.locator("input[name=username]").fill(running_app.email)
    page.locator("input[name=password]").fill(running_app.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sign-in/second-factor")
    page.get_by_role("button", name="Use passkey").click()
    page.wait_for_url(f"{base}/")
    page.goto("/account/second-factor/passkeys")
    page.get_by_role("link", name="Remove Laptop").click()
    if "again" in page.url:
        page.get_by_label("Password").fill(running_app.password)
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Remove the passkey").click()
    page.wait_for_url("**/account/second-factor/passkeys")


@pytest.mark.parametrize("path", ["/password/forgotten", "/password/sent"])
def test_the_pages_of_who_can_not_sign_in_are_sound(browser_session: BrowserSession, path: str) -> None:
    assert _faults(browser_session.window(signed_in=False), Page(path[1:]), path) == []
