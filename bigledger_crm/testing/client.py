"""An API client for tests: JSON with exact decimals in and out."""

import json
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.test import Client

from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.services import create_api_key

# `read` and `write` do not include exports of the company.
EVERYTHING = ("read", "write", "company-exports:write")


class Answer:
    """A response: status, headers and the decoded body with every number as Decimal or int."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.content: bytes = b"".join(response.streaming_content) if response.streaming else response.content
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        self.text: str = self.content.decode(errors="strict" if is_json else "replace")
        self.body: Any = json.loads(self.text, parse_float=Decimal) if self.text and is_json else None

    @property
    def data(self) -> Any:
        """The object or list of a success."""
        assert self.status < 300, f"{self.status}: {self.text}"
        return self.body["data"]

    @property
    def error(self) -> Any:
        """The error of a refusal."""
        assert self.status >= 400, f"{self.status}: {self.text}"
        return self.body["error"]

    @property
    def field_errors(self) -> dict[str, str]:
        """The messages of a refusal by field, each of which is named once."""
        assert self.status == 400, f"{self.status}: {self.text}"
        found = {detail["field"]: detail["message"] for detail in self.error["details"]}
        assert len(found) == len(self.error["details"]), self.text
        return found


@dataclass(frozen=True)
class Upload:
    """A multipart body with one file."""

    filename: str
    content: bytes
    field: str = "file"
    declared: str = "application/octet-stream"

    def encoded(self, boundary: str) -> bytes:
        """The body; the filename is sent as it is, but for what would end it."""
        name = self.filename.replace('"', "%22").replace("\r", "").replace("\n", "")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{self.field}"; filename="{name}"\r\n'
        head += f"Content-Type: {self.declared}\r\n\r\n"
        return head.encode() + self.content + f"\r\n--{boundary}--\r\n".encode()


class ApiClient:
    """Sends requests to /api/v1 with a key and a company."""

    # One for all: each new one would look through the static files again, and the API keeps no cookies.
    _client = Client(raise_request_exception=False)

    def __init__(self, key: str | None, company_id: str | None) -> None:
        self.key = key
        self.company_id = company_id

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; `path` is below /api/v1 unless it begins with /api or /v1; a str body is sent as it is.

        An Upload is sent as multipart, with a boundary of its own each time.
        """
        if not path.startswith(("/api/", "/v1/")):
            path = f"/api/v1{path}"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key is not None:
            sent.setdefault("Authorization", f"Bearer {self.key}")
        if self.company_id is not None:
            sent.setdefault("X-Company-Id", self.company_id)
        content_type = "application/json"
        if isinstance(body, Upload):
            boundary = secrets.token_hex(8)
            body, content_type = body.encoded(boundary), f"multipart/form-data; boundary={boundary}"
        data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body, default=_number)
        return Answer(self._client.generic(method, path, data, content_type=content_type, headers=sent))

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST."""
        return self.request("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        """PUT."""
        return self.request("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        """PATCH."""
        return self.request("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        """DELETE."""
        return self.request("DELETE", path, **headers)


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)  # the API takes numeric strings, exactly
    raise TypeError(f"{value!r} can't be sent")


def api_client(*companies: Company, **options: Any) -> ApiClient:
    """A client with a new key for these companies, speaking for the first; `options` are the key's."""
    options.setdefault("scopes", EVERYTHING)
    _, secret = create_api_key(companies, name="Test key", **options)
    return ApiClient(secret, companies[0].public_id)
