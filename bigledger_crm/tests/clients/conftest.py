"""One running product for all tests here, a company in it, and a relay in front of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bigledger_crm.testing.product import Product
from bigledger_crm.tests.clients.support.credentials import Credentials, open_companies
from bigledger_crm.tests.clients.support.relay import Relay, running_relay


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[Product]:
    """The running product, which may post webhooks to this machine."""
    product = Product(tmp_path_factory.mktemp("clients") / "books", seed, WEBHOOK_ALLOW_PRIVATE="true")
    with product.running():
        yield product


@pytest.fixture(scope="package")
def credentials(product: Product) -> Credentials:
    """A company with a key that may do everything."""
    return open_companies(product, "Tech Supplies Sdn Bhd")[0]


@pytest.fixture(scope="package")
def started_relay(product: Product) -> Iterator[Relay]:
    """Started once."""
    with running_relay(product.port) as relay:
        yield relay


@pytest.fixture
def relay(started_relay: Relay) -> Relay:
    """A relay that passes everything on until it is told otherwise."""
    started_relay.play()
    return started_relay


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment nor the profiles of whoever runs the tests count."""
    for name in [name for name in os.environ if name.startswith("BIGLEDGER_")]:
        if name in ("BIGLEDGER_API_KEY", "BIGLEDGER_COMPANY_ID", "BIGLEDGER_BASE_URL", "BIGLEDGER_PROFILE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
