"""kill -9 for worker and broker while mail is on its way: nothing is lost, nothing is sent twice."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from bigledger_crm.embedded.valkey import find_server
from bigledger_crm.testing.mail_server import free_port
from bigledger_crm.testing.product import Product, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]


class MailServer:
    """Takes every mail; a test may cut in before or after the server has taken one."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.before: Callable[[], None] | None = None
        self.after: Callable[[], None] | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """A whole mail, noted by its Message-ID."""
        cut_in, self.before = self.before, None
        if cut_in is not None:
            cut_in()
            return "451 Nobody listens any more"
        head = envelope.content.decode("utf-8", "replace").split("\r\n\r\n")[0]
        (message_id,) = [line for line in head.splitlines() if line.lower().startswith("message-id:")]
        self.taken.append(message_id)
        cut_in, self.after = self.after, None
        if cut_in is not None:
            cut_in()
        return "250 Taken"


class Broker:
    """A broker of the test's own, so that it can be away for a while."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.directory), "--appendonly", "yes"]
        self.process = subprocess.Popen([find_server(), *options], stdout=subprocess.DEVNULL)
        wait_for(self.socket.exists, 10)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
        self.socket.unlink(missing_ok=True)


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, int]]:
    server, port = MailServer(), free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server, port
    controller.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def product(tmp_path: Path, mail_server: tuple[MailServer, int], broker: Broker) -> Iterator[Product]:
    product = Product(
        tmp_path / "books",
        EMAIL_URL=f"smtp://127.0.0.1:{mail_server[1]}",
        REDIS_URL=f"unix://{broker.socket}",
        BIGLEDGER_UNKNOWN_RESEND_SECONDS="2",
    )
    with product.running():
        product.open_company("Chaos Sdn Bhd")
        yield product
        assert "Books are right" in product.manage("check_books")


def test_kills_lose_nothing_and_double_nothing(
    product: Product, mail_server: tuple[MailServer, int], broker: Broker
) -> None:
    server = mail_server[0]
    customer = product.post("/customers", {"name": "Patient Ltd", "email": "patient@customer.test"})["id"]

    def send(lines: int = 1) -> str:
        items = [{"description": f"Line {number}", "quantity": 1, "unitPrice": 10} for number in range(lines)]
        invoice = product.post("/invoices", {"customerId": customer, "items": items})["id"]
        return str(product.post(f"/invoices/{invoice}/send")["delivery"]["subject"])

    def row(subject: str) -> tuple[Any, ...]:
        (found,) = product.query("SELECT status, attempts FROM outbox_outboxemail WHERE subject = %s", [subject])
        return found

    def sent(subject: str) -> bool:
        return bool(row(subject)[0] == "sent")

    # While it renders: a paper of 700 lines takes seconds.
    long_paper = send(lines=700)
    wait_for(lambda: row(long_paper) == ("queued", 1), 30)
    product.kill_workers()
    wait_for(lambda: sent(long_paper), 120)
    assert row(long_paper) == ("sent", 2)
    assert len(server.taken) == 1

    # Before the server has taken the mail.
    server.before = product.kill_workers
    cut_off = send()
    wait_for(lambda: sent(cut_off), 90)
    assert len(server.taken) == 2

    # Right after the server has taken it, before the worker hears of it: once more, with the same Message-ID.
    server.after = product.kill_workers
    taken_twice = send()
    wait_for(lambda: sent(taken_twice), 90)
    assert server.taken[2:] == [server.taken[2]] * 2

    # The broker is away for 20 seconds; nobody who sends an invoice waits for it.
    broker.kill()
    away = time.monotonic()
    waiting = []
    for _ in range(5):
        began = time.monotonic()
        waiting.append(send())
        assert time.monotonic() - began < 4
    assert len(server.taken) == 4
    wait_for(lambda: time.monotonic() - away >= 20, 30)
    broker.start()
    wait_for(lambda: all(sent(subject) for subject in waiting), 90)
    assert len(server.taken) == 9
    assert len(set(server.taken)) == 8
