"""The same calls to the simulator and to LHDN's sandbox: where they differ, the simulator is wrong.

The sandbox is asked when the environment has MYINVOIS_SANDBOX_CLIENT_ID, _SECRET, _TIN and _BRN, which must be those of
a real company, for LHDN checks them.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from secrets import token_hex

import pytest
from django.conf import settings

from bigledger_crm.kernel import clock
from invoicing.einvoice.demo_client import DEMO_BRN, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_TIN
from invoicing.einvoice.document import build, document_hash
from invoicing.einvoice.facts import DocumentFacts
from invoicing.einvoice.tests.support import CONSUMER, INVOICE
from invoicing.einvoice_simulator.testing import running_simulator
from invoicing.myinvois.answers import DocumentState, DocumentStatus, SubmissionState, SubmittedDocument
from invoicing.myinvois.client import MyInvoisClient
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.environments import SANDBOX, simulator
from invoicing.myinvois.errors import BadCredentials, DuplicateSubmission, NotFound, Rejected
from invoicing.myinvois.exchange import Exchange
from invoicing.myinvois.limiter import Limiter
from invoicing.myinvois.tokens import TokenCache

NAMES = tuple(f"MYINVOIS_SANDBOX_{name}" for name in ("CLIENT_ID", "SECRET", "TIN", "BRN"))
TOKENS = TokenCache()  # LHDN gives 12 a minute
PATIENCE = 60  # times that the result is asked for


@dataclass
class Place:
    """A company at one of the two; `wait` lets a few seconds pass there."""

    connection: Connection
    tin: str
    brn: str
    wait: Callable[[], None]
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        limiter = Limiter(settings.REDIS_URL)
        self.client = MyInvoisClient(self.connection, TOKENS, limiter, self.exchanges.append)

    def facts(self, **changes: object) -> DocumentFacts:
        """An invoice of the company to a consumer, issued now, with a number of its own."""
        supplier = replace(INVOICE.supplier, tin=self.tin, id_number=self.brn)
        made = replace(INVOICE, number=f"T-{token_hex(6)}", issued_at=clock.now(), supplier=supplier, buyer=CONSUMER)
        return replace(made, **changes)  # type: ignore[arg-type]

    def result(self, uid: str) -> SubmissionState:
        """The submission when it is complete; it can be unknown at first."""
        for _ in range(PATIENCE):
            try:
                state = self.client.submission(uid)
            except NotFound:
                state = None
            if state is not None and state.is_complete:
                return state
            self.wait()
        pytest.fail("The submission is not complete")

    def valid(self) -> DocumentState:
        """A new document that LHDN has found valid."""
        answer = self.client.submit([submitted(self.facts())])
        assert not answer.rejected
        (document,) = self.result(answer.submission_uid or "").documents
        assert document.status == DocumentStatus.VALID
        return document


def submitted(facts: DocumentFacts) -> SubmittedDocument:
    """The document of facts, ready to be sent."""
    content = build(facts)
    return SubmittedDocument(facts.number, content, document_hash(content))


@contextmanager
def _simulated() -> Iterator[Place]:
    with running_simulator(delay_seconds=2, hidden_seconds=1) as running:
        connection = Connection.to(simulator(running.url), DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
        yield Place(replace(connection, rate_factor=100), DEMO_TIN, DEMO_BRN, lambda: running.clock.advance(seconds=3))


@contextmanager
def _sandbox() -> Iterator[Place]:
    given = [os.environ.get(name, "") for name in NAMES]
    if not all(given):
        pytest.skip(f"No credentials of LHDN's sandbox: {', '.join(NAMES)} are not all set")
    client_id, secret, tin, brn = given
    yield Place(Connection.to(SANDBOX, client_id, secret), tin, brn, lambda: time.sleep(5))


@pytest.fixture(params=[_simulated, _sandbox], ids=["simulator", "sandbox"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The simulator, then the sandbox."""
    with request.param() as made:
        yield made


def test_the_credentials_are_those_of_the_company(place: Place) -> None:
    assert place.client.token_owner().tin == place.tin
    wrong = replace(place.connection, client_secret="00000000-0000-0000-0000-000000000000")
    with pytest.raises(BadCredentials):
        MyInvoisClient(wrong, TokenCache(), Limiter(settings.REDIS_URL)).token_owner()


def test_a_document_from_submission_to_cancellation(place: Place) -> None:
    document, began = submitted(place.facts()), clock.now()
    answer = place.client.submit([document])
    assert (answer.rejected, answer.unanswered, [*answer.accepted]) == ({}, [], [document.number])
    with pytest.raises(DuplicateSubmission):
        place.client.submit([document])
    uuid = answer.accepted[document.number]
    (state,) = place.result(answer.submission_uid or "").documents
    assert (state.uuid, state.number, state.status) == (uuid, document.number, DocumentStatus.VALID)
    assert state.long_id
    assert state.validated_at is not None
    assert state.issuer_tin == place.tin
    detailed = place.client.document(uuid)
    assert (detailed.status, detailed.long_id, detailed.errors) == (DocumentStatus.VALID, state.long_id, ())
    place.client.cancel(uuid, "Test of a cancellation")
    detailed = place.client.document(uuid)
    assert (detailed.status, detailed.reason) == (DocumentStatus.CANCELLED, "Test of a cancellation")
    assert detailed.cancelled_at is not None
    with pytest.raises(Rejected) as caught:
        place.client.cancel(uuid, "Once more")
    assert caught.value.code == "IncorrectState"
    assert all(exchange.correlation_id for exchange in place.exchanges)
    found = place.client.find(document.number, began - timedelta(minutes=5), clock.now() + timedelta(minutes=5))
    assert [each.uuid for each in found] == [uuid]


def test_a_document_that_is_invalid_says_why(place: Place) -> None:
    lines = tuple(replace(line, classification="998") for line in INVOICE.lines)
    bad = submitted(place.facts(lines=lines))
    good = submitted(place.facts())
    answer = place.client.submit([bad, good])
    errors = answer.rejected.get(bad.number, ())
    if bad.number in answer.accepted:
        place.result(answer.submission_uid or "")
        state = place.client.document(answer.accepted[bad.number])
        assert (state.status, state.long_id) == (DocumentStatus.INVALID, "")
        errors = state.errors
    assert errors
    assert all(error.message for error in errors)
    assert good.number in answer.accepted


def test_rejecting_ones_own_document_is_not_possible(place: Place) -> None:
    document = place.valid()
    with pytest.raises((BadCredentials, Rejected)):
        place.client.reject(document.uuid, "Not ours")


def test_what_is_not_there(place: Place) -> None:
    for ask in (place.client.document, place.client.submission):
        with pytest.raises(NotFound):
            ask("0000000000000000000000000A")
    assert place.client.find(f"T-{token_hex(6)}", clock.now() - timedelta(days=30), clock.now()) == []


def test_tins(place: Place) -> None:
    assert place.client.validate_tin(place.tin, "BRN", place.brn)
    assert not place.client.validate_tin(place.tin, "BRN", "209901000003")
    assert place.client.search_tin("BRN", place.brn).tin == place.tin
    assert place.client.search_tin("BRN", "209901000003").tin == ""


def test_lists(place: Place) -> None:
    document = place.valid()
    now = clock.now() + timedelta(minutes=5)
    assert document.uuid in {each.uuid for each in place.client.recent("Sent", now - timedelta(days=1), now)}
    assert isinstance(place.client.notifications(now - timedelta(days=1), now), list)
    types = {found.code: found.versions for found in place.client.document_types()}
    assert {"01", "02", "03", "04", "11"} <= types.keys()
    assert "1.0" in types["01"]
