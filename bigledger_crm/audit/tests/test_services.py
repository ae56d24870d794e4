"""Writing and reading the audit trail."""

import pytest

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.audit.services import record, timeline_of
from bigledger_crm.kernel import clock, ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import CompanyScopeError, company_scope


def test_a_timeline_tells_who_did_what_newest_first(actor: Actor, stranger: Actor) -> None:
    quote, customer = ids.new_id(), ids.new_id()
    before = clock.now()
    with company_scope(actor.company):
        record(actor, "quote.created", quote, customer, changes={"total": [None, "5.00"]})
        record(actor, "customer.updated", customer, note="By phone")
        assert [entry.event for entry in timeline_of(customer)] == ["customer.updated", "quote.created"]
        (entry,) = timeline_of(quote)
        assert (entry.actor_id, entry.actor_name, entry.subjects) == (actor.id, "Alice Tan", [quote, customer])
        assert entry.changes == {"total": [None, "5.00"]}
        assert before <= entry.occurred_at <= clock.now()
        assert entry.public_id.startswith("evt_")
    with company_scope(stranger.company):
        assert not timeline_of(customer).exists()


def test_nothing_is_recorded_without_a_scope(actor: Actor) -> None:
    with pytest.raises(CompanyScopeError):
        record(actor, "quote.created", ids.new_id())
    assert not AuditEntry.unscoped.filter(event="quote.created").exists()
