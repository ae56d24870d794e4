"""Receivers of webhooks that are slow, broken, moved or gone."""

import pytest

from bigledger_crm.outbox.webhooks.http import NOT_IN_TIME, TOTAL_SECONDS
from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.running_app import OWNER, RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(1200)]

SLOW = 10


def test_whatever_a_receiver_answers(running_app: RunningApp, round_: int) -> None:
    broken, moved, gone, *slow = receivers = [running_app.new_receiver() for _ in range(3 + SLOW)]
    for target in slow:
        target.pause = TOTAL_SECONDS + 1
    broken.status, moved.status, gone.status = 500, 302, 410
    moved.headers["Location"] = running_app.receiver.url
    webhooks = [running_app.listen(target, "item.created") for target in receivers]
    heard = len(running_app.receiver.received)
    running_app.product.post("/items", {"itemCode": f"C-{round_}", "name": "Chaos", "unitPrice": 1})
    wait_for(lambda: all(target.received for target in slow), 30)
    email = running_app.send_invoice()  # nobody waits for the slow ones
    wait_for(lambda: running_app.is_sent(email) and len(running_app.receiver.received) > heard, TOTAL_SECONDS)
    assert [running_app.told(target) for target in slow] == [()] * SLOW
    wait_for(lambda: running_app.told(broken)[:2] == ("retrying", 500), 60)
    wait_for(lambda: running_app.told(moved)[:2] == ("retrying", 302), 60)
    wait_for(lambda: running_app.told(gone)[:2] == ("failed", 410), 60)
    for target in slow:
        wait_for(lambda target=target: running_app.told(target) == ("retrying", None, NOT_IN_TIME), 60)  # type: ignore[misc]
    wait_for(
        lambda: any(
            email.recipients == [OWNER] and gone.url in str(email.message.get_body())
            for email in running_app.mail.delivered
        ),
        30,
    )
    for target in receivers:
        target.pause, target.status = 0, 200
    running_app.let_time_pass()
    for target in (*slow, broken, moved):
        wait_for(lambda target=target: running_app.told(target)[0] == "delivered", 30)  # type: ignore[misc]
        assert len({headers["webhook-id"] for headers, _ in target.received}) == 1
        assert len(target.received) >= 2
    assert len(gone.received) == 1
    for webhook in webhooks:
        assert running_app.product.request("DELETE", f"/webhooks/{webhook}")[0] == 200
