"""Workers that die while they speak to LHDN."""

import pytest

from bigledger_crm.testing.einvoices import BUYER
from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.running_app import RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(1200)]
AWAITED = 60  # seconds for which LHDN's answer doesn't come: longer than the test needs


def test_a_worker_killed_while_it_waits_for_lhdn(running_app: RunningApp, round_: int) -> None:
    """The document has arrived, and nobody has heard it: it is found, and never sent as another one."""
    buyer = {"name": f"Reported {round_}", "email": f"reported{round_}@customer.test", "phone": BUYER["phone"]}
    buyer |= {"address": BUYER["address"], "tin": BUYER["tin"], "identificationType": "brn"}
    buyer |= {"identificationNumber": BUYER["identification_number"]}
    customer = str(running_app.product.post("/customers", buyer)["id"])
    before = len(running_app.lhdn.documents())
    running_app.lhdn.fault("timeout_after_accept", endpoint="submit", seconds=AWAITED)
    running_app.send_invoice(customer)
    wait_for(lambda: len(running_app.lhdn.documents()) == before + 1, 60)
    running_app.product.kill_workers()
    assert _statuses(running_app)[-1:] == [("pending", "")]
    running_app.lhdn.clear_faults()
    running_app.let_time_pass()
    wait_for(lambda: _statuses(running_app)[-1][0] == "accepted", 90)
    document = running_app.lhdn.documents()[-1]
    assert len(running_app.lhdn.documents()) == before + 1
    assert _statuses(running_app)[-1] == ("accepted", document.uuid)


def _statuses(running_app: RunningApp) -> list[tuple[str, str]]:
    return [
        (status, uuid)
        for status, uuid in running_app.product.query("SELECT status, uuid FROM invoicing_einvoice ORDER BY id")
    ]
