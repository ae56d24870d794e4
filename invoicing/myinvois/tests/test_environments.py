"""The places where MyInvois is."""

import pytest

from invoicing.myinvois.connection import Connection
from invoicing.myinvois.environments import PRODUCTION, SANDBOX, environment, share_url


def test_lhdn_is_asked_over_https_at_its_own_hosts() -> None:
    for place in (PRODUCTION, SANDBOX):
        for url in (place.api_url, place.identity_url, place.portal_url):
            assert url.startswith("https://")
            assert url.endswith(".hasil.gov.my")
        assert not place.is_simulator


def test_environments_by_name() -> None:
    assert environment("production") is PRODUCTION
    assert environment("sandbox", "http://127.0.0.1:9000") is SANDBOX
    found = environment("simulator", "http://127.0.0.1:9000/")
    assert (found.is_simulator, found.api_url, found.portal_url) == (True, *["http://127.0.0.1:9000"] * 2)
    for name in ("simulator", "", "preprod"):
        with pytest.raises(LookupError):
            environment(name)


def test_the_sandbox_is_asked_less_often() -> None:
    connection = Connection.to(SANDBOX, "client-1", "secret", "C2584563222")
    assert (connection.api_url, connection.on_behalf_of) == (SANDBOX.api_url, "C2584563222")
    assert connection.rate_factor < Connection.to(PRODUCTION, "client-1", "secret").rate_factor == 1


def test_the_public_page_of_an_e_invoice() -> None:
    url = share_url(PRODUCTION.portal_url, "E3BNZRC5GBKWJ19H91XBJZYJ10", "LIJ/42")
    assert url == "https://myinvois.hasil.gov.my/E3BNZRC5GBKWJ19H91XBJZYJ10/share/LIJ%2F42"
