"""Workers that die while they work at a batch."""

import pytest

from bigledger_crm.kernel import ids
from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.conftest import Force
from bigledger_crm.tests.chaos.running_app import RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(1800)]
COUNT, DEATHS = 40, 2


def test_workers_killed_in_the_middle_of_a_batch(running_app: RunningApp, force: Force, round_: int) -> None:
    """Each invoice is issued once; the sweeper lets the next workers go on."""
    product = running_app.product
    customer = running_app.new_customer(f"batch-{round_}@customer.test")
    draft = {"customerId": customer, "items": [{"description": "Month", "quantity": 1, "unitPrice": 10}]}
    made = product.post("/invoices/bulk", {"rows": [draft] * COUNT})["results"]
    invoices = [row["data"]["id"] for row in made]
    batch = product.post("/batches", {"action": "issue_invoices", "invoiceIds": invoices})["id"]
    running_app.invoices += invoices
    key = ids.decode("batch", batch)
    assert key is not None

    def done() -> int:
        statement = "SELECT count(*) FROM invoicing_batchitem WHERE batch_id = %s AND status = 'done'"
        return int(product.query(statement, [key])[0][0])

    for death in range(1, DEATHS + 1):
        before = death * round(force.pick(8, 0, 15))
        wait_for(lambda before=before: done() >= before, 60)  # type: ignore[misc]
        product.kill_workers()
    wait_for(lambda: done() == COUNT, 120)
    wait_for(lambda: running_app.was_told("batch.completed", batch), 60)
    assert product.request("GET", f"/batches/{batch}")[1]["data"]["succeeded"] == COUNT
