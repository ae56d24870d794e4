"""Whom a request is for, when turns are given."""

from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from bigledger_crm.documents.attachments import MAX_BYTES
from bigledger_crm.server.worker import LARGEST_BODY, who_asks


def _connection(path: str = "/customers", address: str = "192.0.2.1", error: object = None, **headers: str) -> object:
    request = SimpleNamespace(path=path, error=error, headers=headers)
    return SimpleNamespace(requests=[request], addr=(address, 50_000))


@pytest.mark.parametrize(
    ("connection", "who"),
    [
        (_connection("/healthz", AUTHORIZATION="Bearer a"), None),
        (_connection(error="no HTTP"), None),
        (_connection(AUTHORIZATION="Bearer a", COOKIE="sessionid=b"), "Bearer a"),
        (_connection(COOKIE="csrftoken=a; sessionid=b; c=d"), "sessionid=b"),
        (_connection(COOKIE="csrftoken=a"), "192.0.2.1"),
        (_connection(X_FORWARDED_FOR="198.51.100.7"), "192.0.2.1"),
        (_connection(address="10.0.0.2", X_FORWARDED_FOR="198.51.100.7"), "198.51.100.7"),
    ],
)
def test_turns_are_given_by_key_session_or_address(connection: object, who: str | None, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    assert who_asks(connection) == who


def test_the_largest_file_fits_into_the_largest_body() -> None:
    assert LARGEST_BODY > MAX_BYTES + 64 * 1024
