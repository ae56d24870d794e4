"""Two companies with one of everything each, for the tests that walk all URLs."""

from collections.abc import Iterator

import pytest
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.tenancy_fixtures import OURS, THEIRS, Tenant, make_tenant


@pytest.fixture(scope="module")
def tenants(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Tenant, Tenant]]:
    """Both companies, made once: every test works on them in a transaction that is rolled back."""
    media = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        yield make_tenant("Tech Supplies", OURS), make_tenant("Charlie Trading", THEIRS)
        empty_the_database()


@pytest.fixture
def our(tenants: tuple[Tenant, Tenant], db: None) -> Tenant:
    """Alice's company."""
    return tenants[0]


@pytest.fixture
def their(tenants: tuple[Tenant, Tenant], db: None) -> Tenant:
    """Charlie's, a stranger's."""
    return tenants[1]


@pytest.fixture
def actor_of_ours(our: Tenant) -> Actor:
    """Alice at work."""
    return actor_for_member(Membership.objects.get(company=our.company, user=our.owner))
