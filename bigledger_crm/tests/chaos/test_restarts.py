"""The database and the whole product restart while customers buy, and wake up forty days later."""

import signal
from datetime import UTC, datetime, timedelta

import pytest

from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.conftest import Force
from bigledger_crm.tests.chaos.load import under_load
from bigledger_crm.tests.chaos.running_app import RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(1800)]
DAYS = 40
SEND_REMINDERS = "invoicing.tasks.send_reminders"


def test_the_database_and_the_product_restart_under_load(house: RunningApp, force: Force, round_: int) -> None:
    ends = [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL]
    with under_load(house.send_invoice):
        _sell_some(house, force)
        house.product.restart_postgres(force.dice.choice(ends) if force.is_long else signal.SIGINT)
        _sell_some(house, force)
        assert house.stop() == (0, 0)
        house.start()
        _sell_some(house, force)


def _sell_some(house: RunningApp, force: Force) -> None:
    """Waits until the customers have bought some more."""
    wanted = len(house.invoices) + round(force.pick(3, 0, 20))
    wait_for(lambda: len(house.invoices) >= wanted, 60)


def test_forty_days_later(house: RunningApp) -> None:
    """Also with another setting: webhooks may go to private addresses no more."""
    settled, open_ = (house.new_customer(f"{name}@customer.test") for name in ("paid", "owes"))
    assert len(house.product.request("GET", "/reminders/steps")[1]["data"]) > 0  # made when they are asked for first
    due = (datetime.now(UTC) + timedelta(days=DAYS - 10)).date().isoformat()
    mails = [house.send_invoice(customer, sendReminders=True, dueDate=due) for customer in (settled, open_)]
    paid = house.invoices[-2]
    house.product.post(f"/invoices/{paid}/payments", {"amount": "10.00"})
    wait_for(lambda: house.is_sent(*mails), 60)
    late = house.new_customer("late@customer.test")
    house.mail.answers["DATA late@customer.test"] = ["451 4.7.1 Later"]
    waiting = house.send_invoice(late)
    wait_for(lambda: house.email(waiting)[0] == "retrying", 60)
    private = house.new_receiver()
    private.url = private.url.replace("http:", "https:")
    house.listen(private, "customer.created")
    house.settle_webhooks()
    house.switch_off_the_webhook()

    assert house.stop() == (0, 0)
    house.product.environment["BIGLEDGER_CLOCK"] = (datetime.now(UTC) + timedelta(days=DAYS)).isoformat()
    house.product.environment["WEBHOOK_ALLOW_PRIVATE"] = "false"
    house.start()
    house.ask_workers(SEND_REMINDERS, times=50)
    house.new_customer("new@customer.test")
    wait_for(lambda: house.is_sent(waiting), 60)
    wait_for(lambda: len(house.texts_to("owes@customer.test")) == 2, 60)
    assert len(house.texts_to("paid@customer.test")) == 1
    wait_for(lambda: house.told(private)[:2] == ("retrying", None), 60)
    assert "Private" in house.told(private)[2]
    assert private.received == []
    reminders = house.product.query("SELECT skipped_because FROM invoicing_reminder ORDER BY skipped_because")
    assert len(reminders) == 3
