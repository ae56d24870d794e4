"""The running product with all that it needs, each of which a test can make fail; and what must be true afterwards."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
from celery import Celery

from bigledger_crm.environment import celery_broker_url
from bigledger_crm.kernel import ids
from bigledger_crm.outbox.webhooks.delivery import LEASE
from bigledger_crm.testing.mail_server import running_mail_server
from bigledger_crm.testing.product import ROOT, Product, wait_for
from bigledger_crm.testing.webhook_receiver import Receiver, receiver
from bigledger_crm.tests.chaos.broker import Broker
from bigledger_crm.tests.chaos.load import insist
from invoicing.einvoice_simulator.testing import running_simulator

OWNER = "owner@chaos.test"
_OPEN_EMAILS = (
    "SELECT subject, status FROM outbox_outboxemail WHERE status IN ('queued', 'sending', 'retrying')"
    " OR (status = 'unknown' AND next_attempt_at IS NOT NULL)"
)
_OPEN = """
from datetime import date
from bigledger_crm.tenancy.encryption import encrypt
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.einvoices import COMPANY
from invoicing.einvoice.demo_client import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from invoicing.models import EInvoiceSettings
from invoicing.queries.einvoice_settings import PURPOSE
from sales.services import open_company
company = open_company("Chaos Sdn Bhd", **COMPANY)
with company_scope(company):
    EInvoiceSettings.objects.create(
        company=company, environment="simulator", submit_when="on_issue", starts_on=date(2026, 1, 1),
        client_id=DEMO_CLIENT_ID, client_secret=encrypt(PURPOSE, DEMO_CLIENT_SECRET),
    )
owner = User.objects.create_user("owner@chaos.test", "correct horse battery", name="Olive Owner")
Membership.objects.create(company=company, user=owner, role="owner")
print("made", company.public_id, create_api_key((company,), name="Chaos")[1])
"""


class RunningApp:
    """Runs two beats all the time; `twice` are the emails that may have arrived twice, by their keys."""

    def __init__(self, directory: Path, seed: Path, stack: ExitStack, kind: type[Product] = Product) -> None:
        self.stack = stack
        self.mail = stack.enter_context(running_mail_server())
        self.broker = Broker(directory)
        self.lhdn = stack.enter_context(running_simulator())
        self.product = kind(
            directory / "books",
            seed,
            EMAIL_URL=f"smtp://127.0.0.1:{self.mail.port}/?timeout=10",
            REDIS_URL=f"unix://{self.broker.socket}",
            WEBHOOK_ALLOW_PRIVATE="true",
            API_RATE_LIMIT="off",
            MYINVOIS_SIMULATOR_URL=self.lhdn.url,
            BIGLEDGER_MAILS_PER_HOUR="0",
            BIGLEDGER_UNKNOWN_RESEND_SECONDS="2",
        )
        self.second_beat: subprocess.Popen[bytes] | None = None
        self.receiver = self.new_receiver()
        self.customer = self.webhook = ""
        self.invoices: list[str] = []
        self.twice: set[UUID] = set()

    def open(self) -> None:
        """Starts everything, with a company, its owner, and a webhook that hears of everything."""
        self.broker.start()
        self.stack.callback(self.broker.kill)
        self.start()
        self.stack.callback(self.stop)
        _, company, key = self.product.manage("shell", "-v", "0", "-c", _OPEN).split()
        self.product.speak_for(company, key)
        self.webhook = self.listen(self.receiver, "*")
        self.customer = self.new_customer("patient@customer.test")

    def start(self) -> None:
        """Starts the product and the second beat."""
        self.product.start()
        schedule = str(self.product.layout.run / "second-beat-schedule")
        self.second_beat = subprocess.Popen(
            [*_CELERY, "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", schedule],
            cwd=ROOT,
            env=self.product.environment,
        )

    def stop(self) -> tuple[int, int]:
        """Asks the product to stop; its exit status, and how many processes were left."""
        if self.second_beat is not None:
            self.second_beat.kill()
            self.second_beat.wait(300)
        return self.product.stop()

    def new_receiver(self) -> Receiver:
        """A receiver of webhooks, which nobody tells anything yet."""
        return self.stack.enter_context(receiver())

    def told(self, target: Receiver) -> tuple[Any, ...]:
        """The state of the last delivery to a receiver with status and error of its last finished attempt, if any."""
        rows = self.product.query(
            "SELECT d.status, t.response_status, t.error FROM outbox_webhookattempt t"
            " JOIN outbox_webhookdelivery d ON d.id = t.delivery_id"
            " JOIN outbox_webhookendpoint e ON e.id = d.endpoint_id"
            " WHERE e.url = %s AND t.finished_at IS NOT NULL ORDER BY t.started_at DESC LIMIT 1",
            [target.url],
        )
        return rows[0] if rows else ()

    def was_told(self, event: str, key: str) -> bool:
        """Whether the receiver has heard of an event of the object with this id."""
        bodies = [json.loads(body) for _, body in self.receiver.received]
        return (event, key) in [(body["type"], body["data"]["id"]) for body in bodies]

    def listen(self, target: Receiver, *events: str) -> str:
        """Makes a webhook to a receiver; its id."""
        return str(self.product.post("/webhooks", {"url": target.url, "events": list(events)})["id"])

    def new_customer(self, address: str) -> str:
        """A customer with an email address; its id."""
        return str(self.product.post("/customers", {"name": address, "email": address})["id"])

    def send_invoice(self, customer: str = "", lines: int = 1, **fields: Any) -> UUID:
        """Writes an invoice and sends it, whatever happens meanwhile; the key of the email."""
        items = [{"description": f"Line {number}", "quantity": 1, "unitPrice": 10} for number in range(lines)]
        body = {"customerId": customer or self.customer, "items": items, **fields}
        invoice = insist(self.product, "/invoices", body)["id"]
        email = insist(self.product, f"/invoices/{invoice}/send", {})["delivery"]["id"]
        self.invoices.append(invoice)
        key = ids.decode("dlv", email)
        assert key is not None
        return key

    def email(self, key: UUID) -> tuple[str, int, str]:
        """Status, attempts and last error of an email."""
        ((status, attempts, error),) = self.product.query(
            "SELECT status, attempts, last_error FROM outbox_outboxemail WHERE id = %s", [key]
        )
        return status, attempts, error

    def tries(self, key: UUID) -> list[tuple[str, str]]:
        """Outcome and error of each finished attempt to deliver an email: these stay when its status has moved on."""
        statement = (
            "SELECT outcome, error FROM outbox_outboxattempt"
            " WHERE email_id = %s AND finished_at IS NOT NULL ORDER BY number"
        )
        return [(outcome, error) for outcome, error in self.product.query(statement, [key])]

    def outcomes(self, key: UUID) -> list[str]:
        """What the finished attempts to deliver an email have led to."""
        return [outcome for outcome, _ in self.tries(key)]

    def is_sent(self, *keys: UUID) -> bool:
        """Whether these emails are sent."""
        return all(self.email(key)[0] == "sent" for key in keys)

    def texts_to(self, address: str) -> list[str]:
        """What the emails say that arrived at an address, and only there."""
        emails = [email.message for email in self.mail.delivered if email.recipients == [address]]
        return [str(email.get_body(["plain"]).get_content()) for email in emails]  # type: ignore[union-attr]

    def let_time_pass(self) -> None:
        """What a dead worker had claimed is free, and what waits for its next try is due, as some time later.

        Not an email that a worker is sending: it would count as one whose worker died.
        """
        self.product.execute(
            "UPDATE invoicing_einvoice SET claimed_at = claimed_at - interval '4 minutes',"
            " next_attempt_at = now() WHERE next_attempt_at IS NOT NULL AND status = 'pending'"
        )
        for table in ("outbox_outboxemail", "outbox_webhookdelivery"):
            self.product.execute(
                f"UPDATE {table} SET claimed_at = claimed_at - interval '3 minutes',"
                " next_attempt_at = next_attempt_at - interval '1 day'"
                " WHERE next_attempt_at IS NOT NULL AND status <> 'sending'"
            )

    def logged(self, process: str, words: str) -> int:
        """How many lines of a process in the product's log have these words."""
        lines = self.product.log.read_text(errors="replace").splitlines()
        return sum(line.startswith(process) and words in line for line in lines)

    def ask_workers(self, task: str, *arguments: str, times: int = 1) -> None:
        """Sends a task to the workers, as often as a broker that has lost its mind."""
        url = celery_broker_url(self.product.environment["REDIS_URL"])
        with Celery(broker=url, set_as_current=False) as app:
            for _ in range(times):
                app.send_task(task, arguments)

    def settle(self, seconds: float = 60) -> None:
        """Waits until nothing is on its way, and checks that nothing is lost, doubled or half."""
        wait_for(lambda: not self.product.query(_OPEN_EMAILS), seconds)
        self.settle_webhooks()
        self._every_invoice_is_there_once()
        self._every_mail_arrived_once_and_whole()
        self._everything_was_told()
        assert "The books are correct" in self.product.manage("check_books")

    def settle_webhooks(self) -> None:
        """Waits until everything was told, also what a worker had claimed and lost when the database went away."""
        wait_for(lambda: not self._untold(), LEASE.total_seconds() + 60)

    def switch_off_the_webhook(self) -> None:
        """Nothing more is told."""
        status, answer = self.product.request("PATCH", f"/webhooks/{self.webhook}", {"isActive": False})
        assert status == 200, answer

    def _untold(self) -> list[tuple[Any, ...]]:
        return self.product.query(
            "SELECT d.id FROM outbox_webhookdelivery d JOIN outbox_webhookendpoint e ON e.id = d.endpoint_id"
            " WHERE e.url = %s AND d.status IN ('queued', 'retrying')",
            [self.receiver.url],
        )

    def _every_invoice_is_there_once(self) -> None:
        rows = self.product.query("SELECT id, invoice_number FROM invoicing_invoice WHERE status <> 'draft'")
        assert sorted(ids.encode("inv", key) for key, _ in rows) == sorted(self.invoices)
        assert len({number for _, number in rows}) == len(rows)

    def _every_mail_arrived_once_and_whole(self) -> None:
        rows = self.product.query(
            "SELECT e.id, e.message_id, e.status, d.sha256 FROM outbox_outboxemail e"
            " LEFT JOIN documents_storeddocument d ON d.id = e.stored_document_id"
        )
        expected = Counter({name: 2 if key in self.twice else 1 for key, name, status, _ in rows if status == "sent"})
        assert Counter(email.message["Message-ID"] for email in self.mail.delivered) == expected
        hashes = {name: digest for _, name, _, digest in rows}
        for email in self.mail.delivered:
            attached = [part.get_content() for part in email.message.iter_attachments()]
            digest = hashes[email.message["Message-ID"]]
            assert [hashlib.sha256(pdf).hexdigest() for pdf in attached] == ([digest] if digest else [])
            assert all(len(pypdfium2.PdfDocument(pdf)) > 0 for pdf in attached)

    def _everything_was_told(self) -> None:
        """A webhook may arrive again where its worker was killed before it could note the answer, and only there."""
        rows = self.product.query(
            "SELECT d.event_id, d.attempts, d.status FROM outbox_webhookdelivery d"
            " JOIN outbox_webhookendpoint e ON e.id = d.endpoint_id WHERE e.url = %s",
            [self.receiver.url],
        )
        arrived = Counter(headers["webhook-id"] for headers, _ in self.receiver.received)
        assert {status for _, _, status in rows} == {"delivered"}
        assert set(arrived) == {ids.encode("evt", event) for event, _, _ in rows}
        assert all(arrived[ids.encode("evt", event)] <= attempts for event, attempts, _ in rows)


_CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "bigledger_crm.celery")
