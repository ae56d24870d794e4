"""Mail servers that fail, workers and brokers that die while email is on its way."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from bigledger_crm.kernel import ids
from bigledger_crm.outbox.delivery_results import MAX_DEATHS
from bigledger_crm.testing.mail_server import SILENCE
from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.chaos.conftest import Force
from bigledger_crm.tests.chaos.running_app import RunningApp

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(1800)]
DELIVER = "bigledger_crm.outbox.tasks.deliver_email"
LONG = 700  # lines of a document that takes seconds to print


def test_whatever_the_mail_server_answers(running_app: RunningApp, round_: int) -> None:
    answers = {"busy": "421 4.3.2 Closing", "later": "451 4.7.1 Later", "never": "550 5.7.1 No", "silent": SILENCE}
    mails = {}
    for name, answer in answers.items():
        address = f"{name}-{round_}@customer.test"
        running_app.mail.answers[f"DATA {address}"] = [answer]
        mails[name] = running_app.send_invoice(running_app.new_customer(address))
    wait_for(lambda: running_app.email(mails["never"])[:2] == ("failed", 1), 60)
    assert "550" in running_app.email(mails["never"])[2]
    for name in ("busy", "later"):
        wait_for(lambda key=mails[name]: running_app.email(key)[:2] == ("retrying", 1), 30)  # type: ignore[misc]
        assert answers[name][:3] in running_app.email(mails[name])[2]
    wait_for(lambda: running_app.email(mails["silent"])[:2] == ("unknown", 1), 60)
    running_app.let_time_pass()
    wait_for(lambda: running_app.is_sent(mails["busy"], mails["later"], mails["silent"]), 60)
    assert {running_app.email(key)[1] for name, key in mails.items() if name != "never"} == {2}


def test_a_worker_child_killed_while_it_prints(running_app: RunningApp, force: Force, round_: int) -> None:
    key = running_app.send_invoice(lines=LONG)
    _kill_while_printing(running_app, key, 1, force)
    wait_for(lambda: running_app.is_sent(key), 90)
    assert running_app.email(key)[1] == 2


def test_a_document_that_kills_every_process_is_given_up(running_app: RunningApp, force: Force) -> None:
    key = running_app.send_invoice(lines=LONG)
    for attempt in range(1, MAX_DEATHS + 1):
        _kill_while_printing(running_app, key, attempt, force)
        running_app.ask_workers(DELIVER, str(key))
    wait_for(lambda: running_app.email(key)[0] == "failed", 60)
    assert running_app.email(key)[1] == MAX_DEATHS
    assert f"the worker crashed {MAX_DEATHS} times" in running_app.email(key)[2]
    wait_for(lambda: running_app.was_told("email.failed", ids.encode("dlv", key)), 60)


def _kill_while_printing(running_app: RunningApp, key: UUID, attempt: int, force: Force) -> None:
    wait_for(lambda: running_app.email(key)[1] == attempt, 60)
    begun, work = running_app.product.work_of_worker_children(), force.pick(0.1, 0, 0.5)
    wait_for(lambda: running_app.product.work_of_worker_children() >= begun + work, 60)
    running_app.product.kill_worker_children()
    if not force.is_long:
        running_app.let_time_pass()


def test_workers_killed_before_and_after_the_server_took_a_mail(running_app: RunningApp, round_: int) -> None:
    before, after = f"before-{round_}@customer.test", f"after-{round_}@customer.test"
    running_app.mail.before[before] = running_app.product.kill_workers
    cut_off = running_app.send_invoice(running_app.new_customer(before))
    wait_for(lambda: running_app.is_sent(cut_off), 90)
    running_app.mail.after[after] = running_app.product.kill_workers
    taken = running_app.send_invoice(running_app.new_customer(after))
    running_app.twice.add(taken)
    wait_for(lambda: running_app.is_sent(taken), 90)


def test_the_broker_is_away_during_twenty_sends(running_app: RunningApp, force: Force, round_: int) -> None:
    """It goes while an email is being handed over: that one must not be handed over again."""
    address = f"broker-{round_}@customer.test"
    customer = running_app.new_customer(address)

    def go() -> None:
        running_app.broker.kill()
        time.sleep(1)

    def send(_number: int) -> UUID:
        return running_app.send_invoice()

    with ThreadPoolExecutor(3) as sellers:
        mails = [*sellers.map(send, range(4))]
        running_app.mail.after[address] = go
        mails.append(running_app.send_invoice(customer))
        wait_for(lambda: address not in running_app.mail.after, 60)
        mails += sellers.map(send, range(15))  # nobody who sells waits for the broker, which is still away
    away = time.monotonic()
    wait_for(lambda: time.monotonic() - away > force.pick(3, 20, 30), 40)
    running_app.broker.start()
    wait_for(lambda: running_app.is_sent(*mails), 90)
