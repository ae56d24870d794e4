"""Any order of submissions, faults of LHDN, deaths of workers and hours that pass: never two live documents of one."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.einvoices import Reporting, reporting
from customers.models import Customer
from invoicing.einvoice_simulator.http_messages import ApiError
from invoicing.models import EInvoice, Invoice
from invoicing.myinvois.client import MyInvoisClient
from invoicing.services import cancel_invoice
from invoicing.services.einvoice_cancellation import cancel_einvoice
from invoicing.services.einvoice_conversation import Conversation
from invoicing.services.einvoices import submit_einvoice

LIVES = int(os.environ.get("EINVOICE_LIVES", "12"))
FAULTS = (
    "too_many_requests",
    "maintenance_503",
    "maintenance_403",
    "token_expired",
    "server_error",
    "connection_cut",
    "secret_revoked",
    "opaque_validation_error",
    "all_rejected",
    "partly_accepted",
    "partly_valid",
    "hidden_for_a_minute",
    "invalid",
    "unknown_code",
    "timeout_after_accept",
    "truncated_answer",
    "casing",
    "unknown_fields",
)
ENDPOINTS = ("", "submit", "get_submission", "details", "change_status", "search")
PLACES = st.integers(0, 20)


class Killed(BaseException):
    """The worker's process is gone."""


class Reports(RuleBasedStateMachine):
    """One company, one customer, and LHDN as the simulator has it."""

    actor: Actor
    lhdn: Reporting
    customer: Customer

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(company_scope(self.actor.company))
        self.stack.enter_context(transaction.atomic())

    @initialize()
    def opens(self) -> None:
        self.lhdn = self.stack.enter_context(reporting(self.actor.company, self.actor))
        self.customer = self.lhdn.buyer()

    @rule(count=st.integers(1, 3))
    def is_issued(self, count: int) -> None:
        for _ in range(count):
            submit_einvoice(self.actor, self.lhdn.invoice(self.customer))

    @rule(place=PLACES)
    def is_submitted_again(self, place: int) -> None:
        self._of(Invoice, place, lambda invoice: submit_einvoice(self.actor, invoice))

    @rule(place=PLACES)
    def invoice_is_cancelled(self, place: int) -> None:
        self._of(Invoice, place, lambda invoice: cancel_invoice(self.actor, invoice, reason="Wrong"))

    @rule(place=PLACES)
    def einvoice_is_cancelled(self, place: int) -> None:
        self._of(EInvoice, place, lambda einvoice: cancel_einvoice(self.actor, einvoice, reason="Wrong"))

    @rule(name=st.sampled_from(FAULTS), endpoint=st.sampled_from(ENDPOINTS), times=st.integers(1, 3))
    def lhdn_fails(self, name: str, endpoint: str, times: int) -> None:
        self.lhdn.simulator.fault(name, endpoint=endpoint, times=times, seconds=0.01)

    @rule(
        count=st.integers(1, 2),
        name=st.sampled_from(("timeout_after_accept", "truncated_answer")),
        later=st.sampled_from((5, 700, 2000)),
    )
    def answer_is_lost(self, count: int, name: str, later: int) -> None:
        self.is_issued(count)
        self.lhdn.simulator.fault(name, endpoint="submit", seconds=0.01)
        self.lhdn.process()
        self.lhdn.process(seconds=later)

    @rule(place=PLACES, is_buyer=st.booleans())
    def somebody_acts_on_the_portal(self, place: int, is_buyer: bool) -> None:
        documents = self.lhdn.simulator.documents()
        if documents:
            uuid = documents[place % len(documents)].uuid
            act = self.lhdn.simulator.reject if is_buyer else self.lhdn.simulator.cancel_in_portal
            try:
                act(uuid)
            except ApiError:
                return

    @rule(seconds=st.sampled_from((0, 5, 60, 700, 2000, 30_000, 260_000)))
    def workers_work(self, seconds: int) -> None:
        self.lhdn.process(seconds=seconds, rounds=2)

    @rule(border=st.sampled_from(("before", "after", "noting")), seconds=st.sampled_from((5, 700, 30_000)))
    def worker_is_killed(self, border: str, seconds: int) -> None:
        """Before the call leaves, after its answer came, or when half of the answers are noted."""
        with _killing(border):
            try:
                self.lhdn.process(seconds=seconds)
            except Killed:
                return

    @invariant()
    def nothing_is_live_twice(self) -> None:
        live = Counter(one.number for one in self.lhdn.simulator.documents() if one.status in ("Valid", "Submitted"))
        assert all(count == 1 for count in live.values()), live

    def teardown(self) -> None:
        """Lets everything come to its end, and takes it all back."""
        try:
            self._everything_is_settled()
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    def _everything_is_settled(self) -> None:
        """When LHDN is well again, both sides say the same about each document."""
        self.lhdn.simulator.clear_faults()
        self.lhdn.settle(2)
        for _ in range(20):
            self.lhdn.process(seconds=4 * 3600)
        self.nothing_is_live_twice()
        theirs = {one.uuid: one.status for one in self.lhdn.simulator.documents()}
        for einvoice in EInvoice.objects.all():
            said = (einvoice.number, einvoice.status, einvoice.last_error)
            assert einvoice.status in ("accepted", "rejected", "cancelled"), said
            expected = {"accepted": "Valid", "cancelled": "Cancelled", "rejected": "Invalid"}[einvoice.status]
            assert not einvoice.uuid or theirs.pop(einvoice.uuid) == expected, said
        assert [status for status in theirs.values() if status != "Invalid"] == []

    def _of(self, model: Any, place: int, act: Callable[[Any], object]) -> None:
        rows = list(model.objects.order_by("id"))
        if rows:
            try:
                act(rows[place % len(rows)])
            except DomainError:
                return


def _killing(border: str) -> Any:
    def die(*_: object) -> None:
        raise Killed

    if border == "before":
        return patch.object(MyInvoisClient, "submit", die)
    if border == "after":
        return patch.object(Conversation, "keep", die)
    return patch("invoicing.services.einvoice_results._Found.note", die)


@pytest.mark.timeout(1200)  # Hypothesis takes up to five minutes to make a failure small
@pytest.mark.usefixtures("in_company", "no_broker")
def test_the_life_of_einvoices(actor: Actor) -> None:
    machine = type("EInvoicesOfAlice", (Reports,), {"actor": actor})
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=LIVES, stateful_step_count=15, suppress_health_check=checks)
    )
