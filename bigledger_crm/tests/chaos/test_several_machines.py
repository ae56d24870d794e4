"""Two web servers, two workers and two beats, of each of which one dies while customers buy."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bigledger_crm.testing.cluster import Cluster
from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.conftest import Force
from bigledger_crm.tests.chaos.load import under_load
from bigledger_crm.tests.chaos.running_app import RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(1800)]
DAYS = 40
SEND_REMINDERS = "invoicing.tasks.send_reminders"
_BROKEN_OFF = "SELECT DISTINCT email_id FROM outbox_outboxattempt WHERE outcome IN ('', 'unknown')"


class SeveralMachines(RunningApp):
    """The same with a cluster, which has its two beats itself."""

    def start(self) -> None:
        """Starts all machines."""
        self.product.start()

    def settle(self, seconds: float = 60) -> None:
        """An email may have arrived twice where its worker was killed while it was sent, and only there."""
        wait_for(lambda: not self._on_their_way(), seconds)
        arrived = Counter(email.message["Message-ID"] for email in self.mail.delivered)
        for (key,) in self.product.query(_BROKEN_OFF):
            ((name,),) = self.product.query("SELECT message_id FROM outbox_outboxemail WHERE id = %s", [key])
            self.twice |= {key} if arrived[name] == 2 else set()
        super().settle(seconds)

    def _on_their_way(self) -> list[tuple[Any, ...]]:
        statement = "SELECT id FROM outbox_outboxemail WHERE status <> 'sent' OR next_attempt_at IS NOT NULL"
        return self.product.query(statement)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[SeveralMachines]:
    """Started once."""
    with ExitStack() as stack:
        machines = SeveralMachines(tmp_path_factory.mktemp("machines"), seed, stack, Cluster)
        machines.open()
        yield machines


def test_one_of_each_kind_dies_under_load(machines: SeveralMachines, force: Force, round_: int) -> None:
    cluster = machines.product
    assert isinstance(cluster, Cluster)
    with under_load(machines.send_invoice):
        for kind, start in (("web", cluster.start_web), ("worker", cluster.start_worker), ("beat", cluster.start_beat)):
            number = force.dice.randrange(2)
            _sell_some(machines, force)
            cluster.kill(f"{kind}-{number}")
            _sell_some(machines, force)
            start(number)
    machines.settle()


def test_two_beats_remind_once(machines: SeveralMachines) -> None:
    """Forty days later, when everything starts at once and the broker delivers the task fifty times."""
    address = "late@customer.test"
    machines.product.request("GET", "/reminders/steps")  # made when they are asked for first
    due = (datetime.now(UTC) + timedelta(days=DAYS - 10)).date().isoformat()
    key = machines.send_invoice(machines.new_customer(address), sendReminders=True, dueDate=due)
    wait_for(lambda: machines.is_sent(key), 60)
    machines.stop()
    machines.product.environment["BIGLEDGER_CLOCK"] = (datetime.now(UTC) + timedelta(days=DAYS)).isoformat()
    machines.start()
    machines.ask_workers(SEND_REMINDERS, times=50)
    wait_for(lambda: len(machines.texts_to(address)) == 2, 60)
    machines.settle()
    assert len(machines.texts_to(address)) == 2
    doubled = "SELECT invoice_id FROM invoicing_reminder WHERE skipped_because = '' GROUP BY 1 HAVING count(*) > 1"
    assert machines.product.query(doubled) == []


def _sell_some(machines: SeveralMachines, force: Force) -> None:
    """Waits until the customers have bought some more."""
    wanted = len(machines.invoices) + round(force.pick(3, 0, 20))
    wait_for(lambda: len(machines.invoices) >= wanted, 60)
