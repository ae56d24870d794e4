"""The simulator in a thread, for tests of what talks to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from invoicing.einvoice_simulator import control, server
from invoicing.einvoice_simulator.authority import AuthorityKey, make_authority
from invoicing.einvoice_simulator.certificates import CertificateWanted, issue_certificate
from invoicing.einvoice_simulator.clock import SimulatorClock
from invoicing.einvoice_simulator.documents import cancel, request_rejection
from invoicing.einvoice_simulator.model import Appointment, Client, Document, Fault, Settings, Taxpayer
from invoicing.einvoice_simulator.simulator import RequestNote, Simulator
from invoicing.einvoice_simulator.validation import settle

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A simulator that listens at `url`; its database is in memory."""

    url: str
    simulator: Simulator

    @property
    def clock(self) -> SimulatorClock:
        """Its clock: advance(hours=72), set(moment), stop(), resume()."""
        return self.simulator.clock

    @property
    def settings(self) -> Settings:
        """Its settings, which can be changed."""
        return self.simulator.settings

    def fault(self, name: str, **details: Any) -> None:
        """Asks for a failure; `details` are those of `model.Fault`."""
        with self.simulator.lock:
            self.simulator.faults.add(Fault(name, **details))

    def clear_faults(self) -> None:
        """Forgets all failures that were asked for."""
        with self.simulator.lock:
            self.simulator.faults.clear()

    def taxpayer(self, tin: str, name: str, id_type: str, id_number: str, **details: Any) -> Taxpayer:
        """Adds a taxpayer; `details` are those of `model.Taxpayer`."""
        taxpayer = Taxpayer(tin, name, [(id_type, id_number)], **details)
        with self.simulator.lock:
            self.simulator.store.put(tin, taxpayer)
        return taxpayer

    def client(self, client_id: str, secret: str, tin: str, *appointed_by: str) -> Client:
        """Adds a client of a taxpayer; an intermediary was appointed by TINs, or IG…:ROB numbers."""
        client = Client(client_id, [secret], tin, [Appointment(one) for one in appointed_by])
        with self.simulator.lock:
            self.simulator.store.put(client_id, client)
        return client

    def certificate(self, tin: str, registration_number: str, passphrase: str, **details: Any) -> bytes:
        """A PKCS#12 file that the simulator trusts; `details` are those of `certificates.CertificateWanted`."""
        wanted = CertificateWanted(tin, registration_number, passphrase=passphrase, **details)
        with self.simulator.lock:
            return issue_certificate(self.simulator, wanted)

    def documents(self) -> list[Document]:
        """All documents that were accepted, in their order."""
        with self.simulator.lock:
            settle(self.simulator)
            return self.simulator.store.all_documents()

    def requests(self) -> list[RequestNote]:
        """The last requests, the oldest first."""
        with self.simulator.lock:
            return list(self.simulator.requests)

    def reject(self, uuid: str, reason: str = "Wrong amount") -> None:
        """Asks for a rejection as the receiver.  Raises ApiError."""
        self._act(uuid, lambda document: request_rejection(self.simulator, document, reason))

    def cancel_in_portal(self, uuid: str, reason: str = "Typed twice") -> None:
        """Cancels a document as a person of the issuer would.  Raises ApiError."""
        self._act(uuid, lambda document: cancel(self.simulator, document, reason))

    def _act(self, uuid: str, act: Callable[[Document], None]) -> None:
        with self.simulator.lock:
            act(control.document_of(self.simulator, uuid))


@cache
def one_authority() -> AuthorityKey:
    """One authority for all simulators of a process: making a key takes a while."""
    return make_authority()


@contextmanager
def running_simulator(*, at: datetime | None = None, seed: int = 1, **settings: Any) -> Iterator[RunningSimulator]:
    """Runs a simulator on a free port until the block ends; ids are the same in every run.

    Its clock stands still `at` a moment, else it goes with that of the product.  `settings` are those of
    `model.Settings`: by default documents are validated at once.
    """
    simulator = Simulator(settings=Settings(**settings), seed=seed, new_authority=one_authority)
    if at is not None:
        simulator.clock.stop(at)
    listening = server.make(simulator, 0)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield RunningSimulator(f"http://{server.HOST}:{listening.server_port}", simulator)
    finally:
        simulator.stopped.set()
        listening.shutdown()
        thread.join()
        listening.server_close()
        simulator.close()
