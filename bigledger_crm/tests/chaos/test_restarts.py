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


def test_the_database_and_the_product_restart_under_load(running_app: RunningApp, force: Force, round_: int) -> None:
    ends = [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL]
    with under_load(running_app.send_invoice):
        _sell_some(running_app, force)
        running_app.product.restart_postgres(force.dice.choice(ends) if force.is_long else signal.SIGINT)
        _sell_some(running_app, force)
        assert running_app.stop() == (0, 0)
        running_app.start()
        _sell_some(running_app, force)


def _sell_some(running_app: RunningApp, force: Force) -> None:
    """Waits until the customers have bought some more."""
    wanted = len(running_app.invoices) + round(force.pick(3, 0, 20))
    wait_for(lambda: len(running_app.invoices) >= wanted, 60)


def test_forty_days_later(running_app: RunningApp) -> None:
    """Also with another setting: webhooks may go to private addresses no more."""
    settled, open_ = (running_app.new_customer(f"{name}@customer.test") for name in ("paid", "owes"))
    assert (
        len(running_app.product.request("GET", "/reminders/steps")[1]["data"]) > 0
    )  # made when they are asked for first
    due = (datetime.now(UTC) + timedelta(days=DAYS - 10)).date().isoformat()
    emails = [running_app.send_invoice(customer, sendReminders=True, dueDate=due) for customer in (settled, open_)]
    paid = running_app.invoices[-2]
    running_app.product.post(f"/invoices/{paid}/payments", {"amount": "10.00"})
    wait_for(lambda: running_app.is_sent(*emails), 60)
    late = running_app.new_customer("late@customer.test")
    running_app.mail.answers["DATA late@customer.test"] = ["451 4.7.1 Later"]
    waiting = running_app.send_invoice(late)
    wait_for(lambda: running_app.outcomes(waiting)[:1] == ["retrying"], 60)
    private = running_app.new_receiver()
    private.url = private.url.replace("http:", "https:")
    running_app.listen(private, "customer.created")
    running_app.settle_webhooks()
    running_app.switch_off_the_webhook()

    assert running_app.stop() == (0, 0)
    running_app.product.environment["BIGLEDGER_CLOCK"] = (datetime.now(UTC) + timedelta(days=DAYS)).isoformat()
    running_app.product.environment["WEBHOOK_ALLOW_PRIVATE"] = "false"
    running_app.start()
    running_app.ask_workers(SEND_REMINDERS, times=50)
    running_app.new_customer("new@customer.test")
    wait_for(lambda: running_app.is_sent(waiting), 60)
    wait_for(lambda: len(running_app.texts_to("owes@customer.test")) == 2, 60)
    assert len(running_app.texts_to("paid@customer.test")) == 1
    wait_for(lambda: running_app.told(private)[:2] == ("retrying", None), 60)
    assert "Private" in running_app.told(private)[2]
    assert private.received == []
    reminders = running_app.product.query("SELECT skipped_because FROM invoicing_reminder ORDER BY skipped_because")
    assert len(reminders) == 3
