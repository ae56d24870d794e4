"""A client of the simulator that calls the application in this process."""

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from invoicing.einvoice.document import build, document_hash
from invoicing.einvoice.facts import DocumentFacts
from invoicing.einvoice.tests.support import INVOICE
from invoicing.einvoice_simulator.app import Application
from invoicing.einvoice_simulator.model import Settings
from invoicing.einvoice_simulator.simulator import Simulator
from invoicing.einvoice_simulator.testing import one_authority

NOW = datetime(2026, 11, 28, 2, 16, tzinfo=UTC)
API = "/api/v1.0"
SELLER, BUYER = "contoh-client", "C99999998020"  # the client ids of the supplier and of the buyer of INVOICE


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The decoded JSON; None for an empty body."""
        return json.loads(self.content) if self.content else None

    @property
    def error(self) -> tuple[int, str]:
        """The status and the code of an error of a whole call."""
        return self.status, self.body["error"]["code"]


@dataclass
class MyInvois:
    """The application, its simulator, and the tokens of who has asked."""

    simulator: Simulator
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """A request without a token."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": f"{len(body)}",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_TYPE": headers.pop("content_type", ""),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }

        def start(status: str, sent: list[tuple[str, str]], error: object = None) -> Callable[[bytes], object]:
            started.append((status, sent))
            return len

        content = b"".join(Application(self.simulator)(environ, start))
        ((status, sent),) = started
        return Answer(int(status[:3]), dict(sent), content)

    def later(self, **duration: float) -> None:
        """Moves the clock; the next call asks for a new token."""
        self.simulator.clock.advance(**duration)
        self.tokens.clear()

    def token(self, client: str = SELLER, secret: str = "", on_behalf_of: str = "", **changes: str) -> Answer:
        """Asks for a token."""
        form = {"client_id": client, "client_secret": secret or client.replace("client", "secret")}
        form |= {"grant_type": "client_credentials", "scope": "InvoicingAPI", **changes}
        return self.call("POST", "/connect/token", urlencode(form).encode(), onbehalfof=on_behalf_of)

    def ask(
        self, method: str, path: str, body: Any = None, *, client: str = SELLER, on_behalf_of: str = "", **headers: str
    ) -> Answer:
        """A request to the API, with a token."""
        key = (client, on_behalf_of)
        if key not in self.tokens:
            self.tokens[key] = self.token(client, on_behalf_of=on_behalf_of).body["access_token"]
        content = b"" if body is None else json.dumps(body).encode()
        return self.call(method, f"{API}{path}", content, authorization=f"Bearer {self.tokens[key]}", **headers)

    def get(self, path: str, **options: str) -> Answer:
        """GET of the API."""
        return self.ask("GET", path, **options)

    def submit(self, *documents: DocumentFacts | bytes, **options: str) -> Answer:
        """Submits documents in one call."""
        return self.ask("POST", "/documentsubmissions", submission(*documents), **options)

    def accepted(self, *documents: DocumentFacts | bytes, **options: str) -> list[str]:
        """Submits documents that are all accepted; returns their uuids."""
        answer = self.submit(*documents, **options)
        assert (answer.status, answer.body["rejectedDocuments"]) == (202, [])
        return [one["uuid"] for one in answer.body["acceptedDocuments"]]

    def status(self, uuid: str, **options: str) -> str:
        """The status of a document."""
        return str(self.get(f"/documents/{uuid}/details", **options).body["status"])

    def change(self, uuid: str, status: str, reason: str = "Wrong", **options: str) -> Answer:
        """Cancels or rejects a document."""
        return self.ask("PUT", f"/documents/state/{uuid}/state", {"status": status, "reason": reason}, **options)

    def control(self, method: str, path: str, body: Any = None) -> Answer:
        """A request to the control API."""
        return self.call(method, f"/_sim{path}", b"" if body is None else json.dumps(body).encode())

    def post_form(self, path: str, form: bytes) -> Answer:
        """A form of a page, as a browser sends it."""
        return self.call("POST", path, form, content_type="application/x-www-form-urlencoded")

    def fault(self, name: str, **details: Any) -> None:
        """Asks for a failure."""
        assert self.control("POST", "/faults", {"name": name, **details}).status == 201


@contextmanager
def myinvois(**settings: Any) -> Iterator[MyInvois]:
    """A simulator whose clock stands still shortly after INVOICE's time of issue."""
    simulator = Simulator(settings=Settings(**settings), seed=1, new_authority=one_authority)
    simulator.clock.stop(NOW)
    try:
        yield MyInvois(simulator)
    finally:
        simulator.close()


def submission(*documents: DocumentFacts | bytes) -> dict[str, Any]:
    """The body of a submission."""
    return {"documents": [item(document) for document in documents]}


def item(document: DocumentFacts | bytes) -> dict[str, str]:
    """One document of a submission."""
    source = document if isinstance(document, bytes) else build(document)
    number = json.loads(source)["Invoice"][0]["ID"][0]["_"]
    return {
        "format": "JSON",
        "document": base64.b64encode(source).decode(),
        "documentHash": document_hash(source),
        "codeNumber": number,
    }


def numbered(*numbers: str) -> list[DocumentFacts]:
    """INVOICE with other numbers."""
    return [replace(INVOICE, number=number) for number in numbers]
