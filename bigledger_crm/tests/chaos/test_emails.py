"""Mail servers that fail, workers and brokers that die while email is on its way."""

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
LOST, UNREACHABLE = "Connection to broker lost", "Cannot connect to redis"  # as Celery's workers log it
LONG = 700  # lines of a document that takes seconds to print


def test_whatever_the_mail_server_answers(running_app: RunningApp, round_: int) -> None:
    answers = {"busy": "421 4.3.2 Closing", "later": "451 4.7.1 Later", "never": "550 5.7.1 No", "silent": SILENCE}
    emails = {}
    for name, answer in answers.items():
        address = f"{name}-{round_}@customer.test"
        running_app.mail.answers[f"DATA {address}"] = [answer]
        emails[name] = running_app.send_invoice(running_app.new_customer(address))
    # What is kept of the attempts: the next one may have begun before anybody looks.
    wait_for(lambda: all(running_app.tries(key) for key in emails.values()), 60)
    for name in ("busy", "later", "never"):
        assert answers[name][:3] in running_app.tries(emails[name])[0][1]
    running_app.let_time_pass()
    wait_for(lambda: running_app.is_sent(emails["busy"], emails["later"], emails["silent"]), 60)
    assert {name: running_app.outcomes(key) for name, key in emails.items()} == {
        "busy": ["retrying", "sent"],
        "later": ["retrying", "sent"],
        "never": ["failed"],
        "silent": ["unknown", "sent"],
    }


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


def test_workers_killed_before_and_after_the_server_took_an_email(running_app: RunningApp, round_: int) -> None:
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
        lost = running_app.logged("worker", LOST)
        running_app.broker.kill()
        wait_for(lambda: running_app.logged("worker", LOST) > lost, 30)

    def send(_number: int) -> UUID:
        return running_app.send_invoice()

    with ThreadPoolExecutor(3) as sellers:
        emails = [*sellers.map(send, range(4))]
        running_app.mail.after[address] = go
        emails.append(running_app.send_invoice(customer))
        wait_for(lambda: address not in running_app.mail.after, 60)
        emails += sellers.map(send, range(15))  # nobody who sells waits for the broker, which is still away
    attempts = running_app.logged("webhooks", UNREACHABLE) + force.pick(1, 4, 6)
    wait_for(lambda: running_app.logged("webhooks", UNREACHABLE) >= attempts, 60)
    running_app.broker.start()
    wait_for(lambda: running_app.is_sent(*emails), 90)
