"""What browsers are told: cookies of this host alone, no device, nothing inline."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from bigledger_crm.browser_policy import PERMISSIONS_POLICY, cookie_name
from bigledger_crm.tenancy.models import User

SHOWN = """
import django, json
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from unittest.mock import patch
from django.test import Client
with patch("bigledger_crm.account.sign_in.is_new", return_value=False):  # there is no database to ask
    answer = Client().get("/sign-in", secure=True, headers={"Host": "crm.example.com"})
print(json.dumps([settings.SESSION_COOKIE_NAME, answer.headers["Strict-Transport-Security"], answer.cookies.output()]))
"""


def _served_at(url: str) -> list[str]:
    environ = {**os.environ, "PUBLIC_URL": url, "DJANGO_SETTINGS_MODULE": "bigledger_crm.settings"}
    shown = subprocess.run(
        [sys.executable, "-c", SHOWN], env=environ, capture_output=True, text=True, cwd=settings.BASE_DIR
    )
    assert shown.returncode == 0, shown.stderr
    found: list[str] = json.loads(shown.stdout.splitlines()[-1])
    return found


def test_cookies_belong_to_this_host_where_it_is_served_by_https() -> None:
    session, hsts, cookies = _served_at("https://crm.example.com")
    assert session == "__Host-sessionid"
    assert hsts == "max-age=31536000"
    (cookie,) = cookies.splitlines()
    assert cookie.startswith("Set-Cookie: __Host-csrftoken=")
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert {"path=/", "secure", "httponly", "samesite=lax"} <= parts
    assert not any(part.startswith("domain=") for part in parts), "a browser takes no such cookie then"


def test_cookies_have_plain_names_on_one_machine() -> None:
    assert cookie_name("sessionid", served_by_https=False) == "sessionid" == settings.SESSION_COOKIE_NAME
    assert settings.CSRF_COOKIE_NAME == "csrftoken"


def test_all_that_signing_in_sets_is_of_this_host(client: Client, alice: User, settings: Settings) -> None:
    settings.SESSION_COOKIE_NAME = cookie_name("sessionid", served_by_https=True)
    settings.SESSION_COOKIE_SECURE = True
    alice.set_password("correct horse battery")
    alice.save()
    answer = client.post("/sign-in", {"username": alice.email, "password": "correct horse battery"}, secure=True)
    assert answer.status_code == 302
    names = {name for name in answer.cookies if name != "csrftoken"}
    assert len(names) == 2
    assert all(name.startswith("__Host-") for name in names)
    for name in names:
        cookie = answer.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["httponly"]) == (True, "/", "", True)


@pytest.mark.parametrize(
    "path", ["/sign-in", "/nowhere", "/api/v1/nowhere", "/api/docs", "/api/docs/redoc", "/healthz"]
)
def test_every_answer_forbids_what_no_page_needs(client: Client, path: str, db: None) -> None:
    answer = client.get(path)
    for feature in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{feature}=()" in answer.headers["Permissions-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_no_feature_is_for_others() -> None:
    assert {tuple(origins) for origins in PERMISSIONS_POLICY.values()} == {(), ("self",)}
