"""One request to a receiver: to the address that was checked, without redirects, within its time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from bigledger_crm.outbox.webhooks.targets import TargetRefused, read_target, resolve

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
KEPT_BYTES = 4096
USER_AGENT = "BigLedger-Webhooks/1"


@dataclass(frozen=True)
class Answer:
    """What came back: `status` None and an `error` when nothing did."""

    duration_ms: int
    status: int | None = None
    body: str = ""
    error: str = ""
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        """Only 2xx is."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Posts the body; never raises for what the network or the receiver does."""
    began = time.monotonic()

    def answer(**what: object) -> Answer:
        return Answer(duration_ms=round((time.monotonic() - began) * 1000), **what)  # type: ignore[arg-type]

    try:
        target = read_target(url)
        address = resolve(target)
    except TargetRefused as error:
        return answer(error=str(error))
    timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    pool: HTTPConnectionPool
    if target.scheme == "https":
        pool = HTTPSConnectionPool(
            address, target.port, timeout=timeout, server_hostname=target.host, assert_hostname=target.host
        )
    else:
        pool = HTTPConnectionPool(address, target.port, timeout=timeout)
    sent = {"Host": target.authority, "Content-Type": "application/json", "User-Agent": USER_AGENT, **headers}
    with pool:
        try:
            response = pool.urlopen(
                "POST", target.path, body=body, headers=sent, redirect=False, retries=False, preload_content=False
            )
            try:
                text = _beginning(response, began + READ_SECONDS)
            finally:
                response.close()
        except (HTTPError, OSError, ValueError) as error:
            return answer(error=f"{type(error).__name__}: {error}"[:500])
    return answer(status=response.status, body=text, retry_after=response.headers.get("Retry-After", ""))


def _beginning(response: BaseHTTPResponse, deadline: float) -> str:
    """The first bytes of the answer; a receiver that drips them isn't waited for."""
    kept = b""
    while len(kept) < KEPT_BYTES and time.monotonic() < deadline:
        part = response.read1(KEPT_BYTES - len(kept))
        if not part:
            break
        kept += part
    return kept.decode("utf-8", "replace").replace("\0", "\ufffd")
