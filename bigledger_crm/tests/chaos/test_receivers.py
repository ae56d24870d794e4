"""Receivers of webhooks that are slow, broken, moved or gone."""

import pytest

from bigledger_crm.outbox.webhooks.http import NOT_IN_TIME, TOTAL_SECONDS
from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.running_app import OWNER, RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(1200)]

SLOW = 10


def test_whatever_a_receiver_answers(house: RunningApp, round_: int) -> None:
    broken, moved, gone, *slow = receivers = [house.new_receiver() for _ in range(3 + SLOW)]
    for target in slow:
        target.pause = TOTAL_SECONDS + 1
    broken.status, moved.status, gone.status = 500, 302, 410
    moved.headers["Location"] = house.receiver.url
    webhooks = [house.listen(target, "item.created") for target in receivers]
    heard = len(house.receiver.received)
    house.product.post("/items", {"itemCode": f"C-{round_}", "name": "Chaos", "unitPrice": 1})
    wait_for(lambda: all(target.received for target in slow), 30)
    mail = house.send_invoice()  # nobody waits for the slow ones
    wait_for(lambda: house.is_sent(mail) and len(house.receiver.received) > heard, TOTAL_SECONDS)
    assert [house.told(target) for target in slow] == [()] * SLOW
    wait_for(lambda: house.told(broken)[:2] == ("retrying", 500), 60)
    wait_for(lambda: house.told(moved)[:2] == ("retrying", 302), 60)
    wait_for(lambda: house.told(gone)[:2] == ("failed", 410), 60)
    for target in slow:
        wait_for(lambda target=target: house.told(target) == ("retrying", None, NOT_IN_TIME), 60)  # type: ignore[misc]
    wait_for(
        lambda: any(
            mail.recipients == [OWNER] and gone.url in str(mail.message.get_body()) for mail in house.mail.delivered
        ),
        30,
    )
    for target in receivers:
        target.pause, target.status = 0, 200
    house.let_time_pass()
    for target in (*slow, broken, moved):
        wait_for(lambda target=target: house.told(target)[0] == "delivered", 30)  # type: ignore[misc]
        assert len({headers["webhook-id"] for headers, _ in target.received}) == 1
        assert len(target.received) >= 2
    assert len(gone.received) == 1
    for webhook in webhooks:
        assert house.product.request("DELETE", f"/webhooks/{webhook}")[0] == 200
