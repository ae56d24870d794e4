"""One simulator: what it keeps, its clock and settings.  Whoever uses it holds its lock."""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from invoicing.einvoice_simulator.authority import Authority, AuthorityKey, make_authority
from invoicing.einvoice_simulator.clock import ClockState, SimulatorClock, stamp
from invoicing.einvoice_simulator.faults import Faults
from invoicing.einvoice_simulator.limits import Limits
from invoicing.einvoice_simulator.model import Client, Notification, Settings, Taxpayer, TokenSecret
from invoicing.einvoice_simulator.random_ids import RandomIds
from invoicing.einvoice_simulator.seeds import CLIENTS, TAXPAYERS
from invoicing.einvoice_simulator.store import Store

KEPT_REQUESTS = 500
_NOTIFICATION_TYPES = {
    6: "Document received",
    7: "Document validated",
    8: "Document cancelled",
    15: "Document rejection requested",
}


class RequestNote(Struct, rename="camel"):
    """A request that was answered; `status` is 0 for a connection that was cut."""

    at: str
    method: str
    path: str
    status: int
    client_id: str
    correlation_id: str


class Simulator:
    """State and settings; in memory without a path.

    `seed` makes ids the same in every run; `new_authority` makes the authority when one is first needed.
    """

    def __init__(
        self,
        path: Path | None = None,
        settings: Settings | None = None,
        seed: int | None = None,
        new_authority: Callable[[], AuthorityKey] = make_authority,
    ) -> None:
        self.lock = threading.RLock()
        self.stopped = threading.Event()
        self.store = Store(path)
        self.limits = Limits()
        self.ids = RandomIds(seed)
        self.requests: deque[RequestNote] = deque(maxlen=KEPT_REQUESTS)
        self.faults = Faults(self.store)
        self._new_authority = new_authority
        self._begin(settings or Settings())

    def _begin(self, settings: Settings) -> None:
        self.settings = self.store.get(Settings, "") or settings
        self.clock = SimulatorClock(self.store.get(ClockState, "") or ClockState())
        if not self.store.all(Client):
            for taxpayer in TAXPAYERS:
                self.store.put(taxpayer.tin, taxpayer)
            for client in CLIENTS:
                self.store.put(client.id, client)
        self.secret = self.store.get(TokenSecret, "") or TokenSecret(self.ids.new_secret())
        self.save()

    def reset(self) -> None:
        """Forgets all but the settings and the authority, and begins with the first taxpayers again."""
        settings = self.settings
        authority = self.store.get(AuthorityKey, "")
        self.store.clear()
        self.limits.clear()
        self.requests.clear()
        if authority is not None:
            self.store.put("", authority)
        self._begin(settings)

    def save(self) -> None:
        """Keeps what was changed."""
        for record in (self.settings, self.clock.state, self.secret):
            self.store.put("", record)
        self.store.commit()

    def close(self) -> None:
        """Ends what is waiting, and lets go of the file."""
        self.stopped.set()
        with self.lock:
            self.store.close()

    @property
    def authority(self) -> Authority:
        """The certification authority, which is made when it is first asked for."""
        kept = self.store.get(AuthorityKey, "")
        if kept is None:
            kept = self._new_authority()
            self.store.put("", kept)
        return Authority(kept)

    def notify(self, tin: str, type_id: int, message: str) -> None:
        """Writes a notification for a taxpayer."""
        name, now = _NOTIFICATION_TYPES[type_id], self.clock.now()
        notification = Notification(self.ids.new_id(), tin, type_id, name, message, now)
        self.store.put(f"{stamp(now)} {notification.id}", notification)

    def taxpayer(self, tin: str) -> Taxpayer | None:
        """The taxpayer of a TIN, if it is listed."""
        return self.store.get(Taxpayer, tin)
