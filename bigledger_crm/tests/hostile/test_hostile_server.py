"""Hostile requests to the real server, over the network: refused at once, and its memory doesn't grow."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bigledger_crm.api.codec import MAX_BODY
from bigledger_crm.api.tests.test_codec import HOSTILE
from bigledger_crm.documents.attachments import MAX_BYTES
from bigledger_crm.documents.tests.file_samples import SVG
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import Upload, api_client
from bigledger_crm.testing.cpu import least_work
from bigledger_crm.testing.factories import make_order
from bigledger_crm.testing.web_server import Reply, WebServer, running_web_server
from customers.models import Customer

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.processes]
BOUNDARY = "b"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
TOO_LARGE = b'{"name":"' + b"x" * (MAX_BODY - 10) + b'"}'
NESTED = '{"customFields":' + '{"a":' * 100_000 + "1" + "}" * 100_001


@dataclass(frozen=True)
class Attacker:
    """Somebody with a key."""

    server: WebServer
    headers: dict[str, str]
    order: str

    def post(self, path: str, content: bytes, headers: dict[str, str] | None = None) -> Reply:
        """One request, which must be answered."""
        reply = self.server.send("POST", f"/api/v1{path}", content, {**self.headers, **(headers or {})})
        assert reply is not None
        return reply

    def attach(self, filename: str, content: bytes) -> Reply:
        """A file for the order."""
        return self.post(f"{self.order}/attachments", Upload(filename, content).encoded(BOUNDARY), MULTIPART)


@pytest.fixture
def attacker(actor: Actor, tmp_path: Path) -> Iterator[Attacker]:
    """A server to attack."""
    api = api_client(actor.company)
    with company_scope(actor.company):
        order = f"/sales-orders/{make_order(actor).public_id}"
    headers = {"Authorization": f"Bearer {api.key}", "X-Company-Id": str(api.company_id)}
    environment = {"API_RATE_LIMIT": "off", "MEDIA_ROOT": str(tmp_path / "files")}
    with running_web_server(tmp_path, **environment) as server:
        yield Attacker(server, headers, order)


def _measured(attacker: Attacker, path: str, content: bytes, headers: dict[str, str]) -> tuple[Reply, float]:
    """The answer, and the seconds that the server was at work for it."""
    replies: list[Reply] = []
    work = least_work(lambda: replies.append(attacker.post(path, content, headers)), 0.1, attacker.server.at_work)
    return replies[-1], work


def test_refused_at_once(attacker: Attacker) -> None:
    attacker.post("/customers", b"{}")
    expected = {name: (body, 400) for name, body in HOSTILE.items()}
    expected["one byte too many"] = (TOO_LARGE, 413)
    expected["deep custom fields"] = (NESTED.encode(), 400)
    for name, (body, status) in expected.items():
        reply, seconds = _measured(attacker, "/customers", body, {})
        assert (name, reply.status) == (name, status)
        assert (name, seconds < 0.1) == (name, True)
        assert reply.body["success"] is False
    for filename, content, status in (
        ("logo.png", SVG, 415),
        ("x" * 300 + ".svg", SVG, 415),
        ("../../x.png", SVG, 415),
    ):
        upload = Upload(filename, content).encoded(BOUNDARY)
        reply, seconds = _measured(attacker, f"{attacker.order}/attachments", upload, MULTIPART)
        assert (reply.status, reply.body["error"]["code"]) == (status, "UNSUPPORTED_ATTACHMENT_TYPE")
        assert seconds < 0.1
    assert Customer.unscoped.count() == 1


def test_memory_stays_what_it_is(attacker: Attacker) -> None:
    """200 times each of what is largest, after a first round that fills what is meant to be kept."""
    large = [HOSTILE["deep lists"], HOSTILE["deep objects"], HOSTILE["many keys"], HOSTILE["many values"], TOO_LARGE]

    def attack(times: int) -> None:
        for _ in range(times):
            for body in large:
                assert attacker.post("/customers", body).status in (400, 413)

    attack(20)
    for _ in range(4):
        assert attacker.attach("large.txt", b"0123456789abcdef" * (MAX_BYTES // 16) + b"x").status == 413
    before = attacker.server.memory()
    attack(200)
    for _ in range(20):
        assert attacker.attach("large.txt", b"0123456789abcdef" * (MAX_BYTES // 16) + b"x").status == 413
    grown = attacker.server.memory() - before
    # Some 770 MiB went through; allocators keep a few MiB for each thread that was busy.
    assert grown < 64 * 1024 * 1024, f"{grown / 1024 / 1024:.1f} MiB more"
