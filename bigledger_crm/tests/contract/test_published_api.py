"""Walks the published page and fails on whatever isn't served, isn't taken, or has another type.

The table at the end of the run counts what was tried of each endpoint.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.published_table import PROPERTY
from bigledger_crm.tests.contract.published.environment import Environment, objects_of
from bigledger_crm.tests.contract.published.probes import Probe
from bigledger_crm.tests.contract.published.reading import Endpoint, Page, read_page
from bigledger_crm.tests.contract.published.scenarios import SCENARIOS
from invoicing.models import EInvoiceSettings

PUBLISHED, BESIDE = read_page("published-api.md"), read_page("published-objects.md")
WALK = [(page, endpoint) for page in (PUBLISHED, BESIDE) for endpoint in page.endpoints]
DELETED = {"Deleted": {"deleted": True}}

pytestmark = pytest.mark.usefixtures("time_in_2024")


@pytest.fixture
def environment(api: ApiClient, company: Company, settings: Settings, tmp_path: Path) -> Environment:
    """An empty company that can make what the examples are about, and reports its invoices to LHDN as they say."""
    settings.MEDIA_ROOT = tmp_path
    EInvoiceSettings.unscoped.create(
        company=company,
        environment="sandbox",
        client_id="client",
        client_secret="encrypted",
        starts_on=date(2024, 1, 1),
    )
    return Environment(api, objects_of(PUBLISHED, BESIDE) | DELETED)


@pytest.mark.parametrize(("page", "endpoint"), WALK, ids=[str(endpoint) for _, endpoint in WALK])
def test_what_is_published_is_served(
    page: Page, endpoint: Endpoint, environment: Environment, record_property: Callable[[str, object], None]
) -> None:
    record_property(PROPERTY, {"endpoint": str(endpoint), "served": [0, 1]})
    findings = Probe(PUBLISHED, endpoint, SCENARIOS[str(endpoint)], environment).findings()
    cells = {column: [sum(not wrong for _, wrong in found), len(found)] for column, found in findings.items()}
    record_property(PROPERTY, {"endpoint": str(endpoint), **cells})
    gaps = [f"{column}: {what}: {wrong}" for column, found in findings.items() for what, wrong in found if wrong]
    if gaps or not findings["response"]:
        pytest.fail("\n".join(gaps) or "nothing of its answer was looked at", pytrace=False)
