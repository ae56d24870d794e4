"""What a process keeps of custom fields."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.queries import declared_fields
from bigledger_crm.custom_fields.services import create_custom_field
from bigledger_crm.tenancy import replica
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope


@pytest.fixture
def _stale_replica(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another connection to the database: it doesn't see what the test's transaction has written."""
    connections[replica.ALIAS] = connection.copy()
    monkeypatch.setattr(replica, "is_there", lambda: True)
    monkeypatch.setattr(replica, "_is_fresh", lambda _company_id: True)
    yield
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS]


@pytest.mark.usefixtures("_stale_replica")
def test_fields_are_kept_as_the_database_has_them_not_a_replica_that_is_behind(actor: Actor) -> None:
    with company_scope(actor.company):
        create_custom_field(actor, CustomFieldInput(object_type="customers", label="Industry", type="text"))
    company = Company.objects.get(pk=actor.company.pk)

    def labels() -> list[str]:
        assert not Company.objects.filter(pk=company.pk).exists()
        with company_scope(company):
            return [field.label for field in declared_fields(company, "customers").present]

    assert replica.read(company.pk, labels) == ["Industry"]
    with company_scope(company), CaptureQueriesContext(connection) as captured:
        assert [field.label for field in declared_fields(company, "customers").present] == ["Industry"]
    assert captured.captured_queries == []
