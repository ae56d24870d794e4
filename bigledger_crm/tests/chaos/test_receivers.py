"""Receivers of webhooks that are slow, broken, moved or gone."""

import pytest

from bigledger_crm.outbox.webhooks.sending import NOT_IN_TIME, TOTAL_SECONDS
from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.house import OWNER, House

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(300)]


def test_whatever_a_receiver_answers(house: House, round_: int) -> None:
    slow, broken, moved, gone = receivers = [house.new_receiver() for _ in range(4)]
    slow.pause = TOTAL_SECONDS + 1
    broken.status, moved.status, gone.status = 500, 302, 410
    moved.headers["Location"] = house.receiver.url
    webhooks = [house.listen(target, "item.created") for target in receivers]
    heard = len(house.receiver.received)
    house.product.post("/items", {"itemCode": f"C-{round_}", "name": "Chaos", "unitPrice": 1})
    wait_for(lambda: len(house.receiver.received) == heard + 1, TOTAL_SECONDS - 1)  # the slow one holds nobody up
    wait_for(lambda: house.told(broken)[:2] == ("retrying", 500), 60)
    wait_for(lambda: house.told(moved)[:2] == ("retrying", 302), 60)
    wait_for(lambda: house.told(gone)[:2] == ("failed", 410), 60)
    wait_for(lambda: house.told(slow) == ("retrying", None, NOT_IN_TIME), 60)
    wait_for(
        lambda: any(
            mail.recipients == [OWNER] and gone.url in str(mail.message.get_body()) for mail in house.mail.delivered
        ),
        30,
    )
    slow.pause, broken.status, moved.status, gone.status = 0, 200, 200, 200
    house.let_time_pass()
    for target in (slow, broken, moved):
        wait_for(lambda target=target: house.told(target)[0] == "delivered", 30)  # type: ignore[misc]
        assert len({headers["webhook-id"] for headers, _ in target.received}) == 1
        assert len(target.received) >= 2
    assert len(gone.received) == 1
    for webhook in webhooks:
        assert house.product.request("DELETE", f"/webhooks/{webhook}")[0] == 200
