"""One call: its token, its turn, the request, and what the answer means."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from bigledger_crm.kernel import clock
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import Unavailable
from invoicing.myinvois.exchange import Exchange, OnExchange, kept_text, without_secrets
from invoicing.myinvois.http import NoAnswer, NotConnected, Reply, Request, send
from invoicing.myinvois.limiter import Limiter
from invoicing.myinvois.operations import Operation
from invoicing.myinvois.tokens import Token, TokenCache, read_token
from invoicing.myinvois.verdicts import RATE_LIMIT_SECONDS, content_of, outage, retry_after_of

logger = logging.getLogger("bigledger.myinvois")
_API = "/api/v1.0"


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask of the API; `path` is the part after /api/v1.0."""

    operation: Operation
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


class Caller:
    """Makes calls for one connection."""

    def __init__(
        self, connection: Connection, tokens: TokenCache, limiter: Limiter, on_exchange: OnExchange | None
    ) -> None:
        self._connection = connection
        self._tokens = tokens
        self._limiter = limiter
        self._on_exchange = on_exchange

    def make(self, call: Call) -> tuple[object, Exchange]:
        """The JSON of a good answer, and the exchange.  Raises a MyInvoisError for any other.

        A token that LHDN doesn't accept is replaced once: it can be revoked before its end.
        """
        token = self._tokens.get(self._connection, self._fetch_token)
        reply, exchange = self._authorized(call, token)
        if reply.status == 401:
            token = self._tokens.renew(self._connection, token, self._fetch_token)
            reply, exchange = self._authorized(call, token)
        return content_of(reply, call.operation), exchange

    def new_token(self) -> Token:
        """A token that was fetched now, which later calls use too."""
        return self._tokens.renew(self._connection, None, self._fetch_token)

    def _authorized(self, call: Call, token: Token) -> tuple[Reply, Exchange]:
        headers = {"Authorization": f"Bearer {token.value}"}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        request = Request(call.method, self._connection.api_url, _API + call.path, call.query, headers, call.body)
        return self._exchange(call.operation, request, token.value)

    def _fetch_token(self) -> Token:
        connection = self._connection
        form = {
            "client_id": connection.client_id,
            "client_secret": connection.client_secret,
            "grant_type": "client_credentials",
            "scope": "InvoicingAPI",
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if connection.on_behalf_of:
            headers["onbehalfof"] = connection.on_behalf_of
        body = urlencode(form).encode()
        request = Request("POST", connection.identity_url, "/connect/token", headers=headers, body=body)
        reply, _ = self._exchange(Operation.TOKEN, request, "")
        return read_token(content_of(reply, Operation.TOKEN))

    def _exchange(self, operation: Operation, request: Request, token: str) -> tuple[Reply, Exchange]:
        """Sends it when it is its turn, and reports it."""
        connection = self._connection
        self._limiter.acquire(connection, operation)
        at, began = clock.now(), time.monotonic()
        reply: Reply | None = None
        fault = ""
        connected = True
        try:
            reply = send(request, connection.connect_seconds, connection.answer_seconds)
            reply = replace(reply, body=without_secrets(reply.body, connection.client_secret, token))
        except (NotConnected, NoAnswer) as error:
            fault, connected = str(error), isinstance(error, NoAnswer)
        holds_token = operation == Operation.TOKEN and reply is not None and reply.status < 300
        exchange = Exchange(
            operation=operation,
            method=request.method,
            path=request.path,
            status=reply.status if reply else None,
            correlation_id=reply.correlation_id if reply else "",
            body=kept_text(reply.body) if reply and not holds_token else "",
            at=at,
            duration_ms=round((time.monotonic() - began) * 1000),
            fault=fault,
        )
        self._report(exchange)
        if reply is None:
            raise outage(operation) if connected else Unavailable("MyInvois cannot be reached")
        if reply.status == 429:
            self._limiter.pause(connection, operation, retry_after_of(reply) or RATE_LIMIT_SECONDS)
        return reply, exchange

    def _report(self, exchange: Exchange) -> None:
        logger.info(
            "MyInvois gave %s to %s in %s ms, correlation id %s",
            exchange.status or exchange.fault,
            exchange.operation,
            exchange.duration_ms,
            exchange.correlation_id or "none",
        )
        if self._on_exchange is not None:
            self._on_exchange(exchange)


def quoted(part: str) -> str:
    """A value as a part of a path."""
    return quote(part, safe="")
