"""How many invoices a second one batch issues, prints and emails, with 1, 2 and 4 processes of workers.

    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.batch
    … -m bench.batch --invoices 2000 --workers 1 2 4 8

Each round sends drafts of five lines, of which a customer has ten, as one batch; the emails go to a mail server on the
same machine that only counts them.  `issued` is until the batch has ended, `emailed` until the last email was taken,
each in invoices a second; `work` is the time at work of the workers' processes for each invoice in milliseconds, which
says what a processor can do (the database needs some besides).  Meanwhile another company sends one invoice: `waits` is
how many emails of the batch were taken between its sending and its email, and after how many seconds it was there.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import django
import psutil

from bigledger_crm.testing.mail_server import free_port

MAIL_PORT = free_port()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
os.environ |= {
    "BIGLEDGER_MAILS_PER_HOUR": "0",
    "EMAIL_URL": f"smtp://127.0.0.1:{MAIL_PORT}",
    "LOG_LEVEL": "ERROR",
}
django.setup()

from aiosmtpd.controller import Controller  # noqa: E402 stands with the others
from django.core.management import call_command  # noqa: E402 needs Django

from bigledger_crm.kernel import clock  # noqa: E402
from bigledger_crm.tenancy.actor import Actor, system_actor  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.testing.factories import line, make_customer, make_invoice  # noqa: E402
from invoicing.models import Batch, Invoice  # noqa: E402
from invoicing.rules.batches import SEND  # noqa: E402
from invoicing.services import create_batch, send_invoice  # noqa: E402
from sales.services import EmailOptions, open_company  # noqa: E402

LINES, OF_A_CUSTOMER = 5, 10
ALONE = "alone@other.example"


@dataclass
class Counter:
    """A mail server that takes everything and keeps nothing but the addresses, in their order."""

    taken: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """A whole email."""
        self.taken.append(envelope.rcpt_tos[0])
        return "250 OK"


def main() -> int:
    """Fills, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, default=600, metavar="N", help="invoices of each round")
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[1, 2, 4], metavar="N", help="processes of each round"
    )
    arguments = parser.parse_args()
    call_command("migrate", verbosity=0)
    actor, other = system_actor(open_company("Batch")), system_actor(open_company("Other"))
    counter = Counter()
    controller = Controller(counter, hostname="127.0.0.1", port=MAIL_PORT)
    controller.start()
    say(f"{'workers':>7} {'issued':>8} {'emailed':>8} {'work':>8}   waits    load")
    try:
        for workers in arguments.workers:
            with workers_of(workers) as process:
                say(measure(actor, other, counter, workers, arguments.invoices, process))
    finally:
        controller.stop()
    return 0


def measure(actor: Actor, other: Actor, counter: Counter, workers: int, count: int, process: psutil.Process) -> str:
    """One round."""
    drafts = [invoice for number in range(count // OF_A_CUSTOMER) for invoice in fill(actor, workers, number)]
    (single,) = make_drafts(other, ALONE, 1)
    counter.taken.clear()
    send_alone(other)  # and the workers are warm
    wait_until(lambda: ALONE in counter.taken)
    counter.taken.clear()
    before, began = at_work(process), time.monotonic()
    with company_scope(actor.company):
        batch = create_batch(actor, SEND, Invoice.objects.filter(pk__in=[draft.pk for draft in drafts]))
    wait_until(lambda: len(counter.taken) >= count // 3)
    earlier, asked = len(counter.taken), time.monotonic()
    with company_scope(other.company):
        send_invoice(other, single, EmailOptions())
    wait_until(lambda: ALONE in counter.taken)
    waited, ahead = time.monotonic() - asked, counter.taken.index(ALONE) - earlier
    wait_until(lambda: Batch.unscoped.get(pk=batch.pk).status == "completed")
    ended = Batch.unscoped.get(pk=batch.pk)
    issued = time.monotonic() - (clock.now() - (ended.finished_at or clock.now())).total_seconds() - began
    wait_until(lambda: len(counter.taken) > count)
    emailed = time.monotonic() - began
    work = 1000 * (at_work(process) - before) / count
    load = os.getloadavg()[0]
    rates = f"{count / issued:8.1f} {count / emailed:8.1f} {work:8.1f}"
    return f"{workers:7} {rates}   {ahead} emails, {waited:.1f} s   {load:.1f}"


def fill(actor: Actor, workers: int, number: int) -> list[Invoice]:
    """A customer with drafts."""
    return make_drafts(actor, f"{workers}-{number}@customer.example", OF_A_CUSTOMER)


def make_drafts(actor: Actor, address: str, count: int) -> list[Invoice]:
    """Drafts of a new customer."""
    with company_scope(actor.company):
        customer = make_customer(actor, name=address, email=address)
        lines = [line(description=f"Widget {position}") for position in range(LINES)]
        return [make_invoice(actor, customer, lines, draft=True) for _ in range(count)]


def send_alone(other: Actor) -> None:
    """An invoice by itself."""
    (invoice,) = make_drafts(other, ALONE, 1)
    with company_scope(other.company):
        send_invoice(other, invoice, EmailOptions())


@contextlib.contextmanager
def workers_of(count: int) -> Iterator[psutil.Process]:
    """A Celery worker with so many processes."""
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "bigledger_crm.celery", "worker"]
    command += ["--queues", "celery", "--concurrency", str(count), "--include", "bigledger_crm.documents.pdf"]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    with subprocess.Popen(command, env=quiet, stdout=subprocess.DEVNULL) as started:
        try:
            yield psutil.Process(started.pid)
        finally:
            started.terminate()


def at_work(process: psutil.Process) -> float:
    """Seconds of processors used by the worker and its processes, those that are over included."""
    family = [process, *process.children(recursive=True)]
    times = [one.cpu_times() for one in family]
    return sum(one.user + one.system for one in times) + times[0].children_user + times[0].children_system


def wait_until(condition: Any) -> None:
    """Until it is so."""
    while not condition():
        time.sleep(0.05)


def say(text: str) -> None:
    """A line for whoever reads."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
