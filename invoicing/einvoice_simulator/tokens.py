"""Tokens: who asks for them gets a text like LHDN's, which is signed by this simulator."""

import base64
import hmac
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from invoicing.einvoice.identifiers import clean_tin
from invoicing.einvoice_simulator.http_messages import ApiError, Request, Response, json_response, read_query
from invoicing.einvoice_simulator.model import Client

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

LIFETIME_SECONDS = 3600
SCOPE = "InvoicingAPI"
_PLACEHOLDERS = ("", "{{client_id}}", "{{client_secret}}", "string", "null", "undefined")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: for the taxpayer of a TIN, perhaps through an intermediary."""

    client_id: str
    tin: str
    intermediary: str = ""


class TokenRejected(Exception):
    """Why there is no token, as an error of OAuth 2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


def issue(simulator: "Simulator", request: Request) -> Response:
    """POST /connect/token."""
    form = read_query(request.body.decode("utf-8", "replace"))
    client_id = form.get("client_id", "")
    headers = simulator.limits.count(client_id, "token", simulator.clock.now(), simulator.settings.rate_limit_factor)
    try:
        caller = _caller(simulator, form, request.headers.get("onbehalfof", "").strip())
    except TokenRejected as rejected:
        error = {"error": rejected.error, "error_description": rejected.description, "error_uri": ""}
        return json_response(error, 400, headers)
    token = _write(simulator, caller)
    body = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "scope": SCOPE}
    return json_response(body, 200, headers)


def _caller(simulator: "Simulator", form: dict[str, str], on_behalf_of: str) -> Caller:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if client_id in _PLACEHOLDERS or secret in _PLACEHOLDERS:
        raise TokenRejected("invalid_request", "client_id and client_secret are required")
    if form.get("grant_type") != "client_credentials":
        raise TokenRejected("unsupported_grant_type", "grant_type must be client_credentials")
    if form.get("scope", SCOPE) != SCOPE:
        raise TokenRejected("invalid_scope", f"scope must be {SCOPE}")
    client = simulator.store.get(Client, client_id) or _own_client(simulator, client_id, secret)
    revoked = simulator.faults.take(("secret_revoked",), "token")
    if client is None or revoked or secret not in client.secrets:
        raise TokenRejected("invalid_client", "The client id or the secret is wrong, or the secret was revoked")
    if not on_behalf_of or on_behalf_of == client.tin:
        return Caller(client.id, client.tin)
    if simulator.faults.take(("permission_ended",), "token") or not _appointed(simulator, client, on_behalf_of):
        raise TokenRejected("unauthorised_client", f"{on_behalf_of} has not appointed this intermediary")
    return Caller(client.id, on_behalf_of.partition(":")[0], client.tin)


def _own_client(simulator: "Simulator", client_id: str, secret: str) -> Client | None:
    """Where the registry is open, a TIN is the client id of its taxpayer, with any secret."""
    if simulator.settings.registry != "open":
        return None
    try:
        tin = clean_tin(client_id)
    except ValueError:
        return None
    return Client(client_id, [secret], tin) if tin == client_id else None


def _appointed(simulator: "Simulator", client: Client, on_behalf_of: str) -> bool:
    now = simulator.clock.now()
    return any(one.on_behalf_of == on_behalf_of and (not one.end or now < one.end) for one in client.appointments)


def authenticate(simulator: "Simulator", request: Request) -> Caller:
    """Who calls, by the token.  Raises ApiError (401)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    claims = _read(simulator, token) if scheme.lower() == "bearer" else None
    if claims is None or claims["exp"] <= simulator.clock.now().timestamp():
        raise unauthorized()
    return Caller(claims["client_id"], claims["TaxpayerTIN"], claims["IntermediaryTIN"])


def unauthorized() -> ApiError:
    """The error of a token that is missing, wrong or expired."""
    return ApiError(401, "Unauthorized", "The access token is missing, invalid or expired")


def _write(simulator: "Simulator", caller: Caller) -> str:
    now = simulator.clock.now()
    claims = {
        "iss": "https://simulator.invalid",
        "client_id": caller.client_id,
        "name": f"{caller.tin}:{caller.client_id}",
        "TaxpayerTIN": caller.tin,
        "IntermediaryTIN": caller.intermediary,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + LIFETIME_SECONDS,
    }
    content = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
    return f"{content}.{_signature(simulator, content)}"


def _read(simulator: "Simulator", token: str) -> dict[str, Any] | None:
    content, _, signature = token.rpartition(".")
    if not content or not hmac.compare_digest(signature.encode(), _signature(simulator, content).encode()):
        return None
    claims = content.partition(".")[2]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return found


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def _signature(simulator: "Simulator", content: str) -> str:
    digest = hmac.digest(simulator.secret.secret.encode(), content.encode(), sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
