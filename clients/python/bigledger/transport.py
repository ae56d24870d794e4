"""Requests and their retries, written once as steps: one client takes them with `await`, the other without."""

import os
import random
import re
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar
from urllib.parse import quote, unquote, urlsplit

import httpx
import msgspec

from bigledger import errors
from bigledger.names import VERSION
from bigledger.objects import Rehearsal
from bigledger.values import File, Object, Upload, decoder, encode, to_query, to_wire

T = TypeVar("T")
# A step is a request to send, which is answered by its response or a fault, or a number of seconds to wait.
Result = httpx.Response | httpx.TransportError | None
Steps = Generator[httpx.Request | float, Result, T]
Reader = Callable[[httpx.Response], T]

PUBLISHED_URL = "https://api.bigledger.com/v1"
# Seconds. A server that wants more patience than this is left alone.
LONGEST_WAIT = 60.0


class Options(TypedDict, total=False):
    """Of a single call. `if_match` is an object that was read, or its `etag`; `timeout` is in seconds.

    With `rehearse` a change is answered as it would be and not made; `rehearsal` of the object says what it would do.
    """

    idempotency_key: str
    if_match: str | Object
    rehearse: bool
    request_id: str
    timeout: float
    max_retries: int


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list; `total` counts the rows of all its pages."""

    data: list[T]
    has_more: bool
    next_cursor: str | None
    limit: int
    total: int

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


class _Envelope(msgspec.Struct, Generic[T]):
    data: T
    rehearsal: Rehearsal | None = None


class _Pagination(msgspec.Struct, rename="camel"):
    has_more: bool
    next_cursor: str | None
    limit: int
    total: int


class _ListEnvelope(msgspec.Struct, Generic[T]):
    data: list[T]
    pagination: _Pagination


@dataclass(frozen=True)
class _Failure:
    """`is_ambiguous`: the request may have taken effect all the same. `wait`: what the server asks for, in seconds."""

    error: errors.BigLedgerError
    is_final: bool = False
    is_ambiguous: bool = False
    wait: float | None = None


class Api:
    """The steps of every kind of call."""

    def __init__(
        self, api_key: str | None, company_id: str | None, base_url: str | None, timeout: float, max_retries: int
    ) -> None:
        key = api_key or os.environ.get("BIGLEDGER_API_KEY")
        company = company_id or os.environ.get("BIGLEDGER_COMPANY_ID")
        if not key or not company:
            raise ValueError("api_key and company_id are needed, or BIGLEDGER_API_KEY and BIGLEDGER_COMPANY_ID")
        url = (base_url or os.environ.get("BIGLEDGER_BASE_URL") or PUBLISHED_URL).rstrip("/")
        self._url = url if urlsplit(url).path else url + "/api/v1"
        self._headers = {
            "Authorization": f"Bearer {key}",
            "X-Company-Id": company,
            "User-Agent": f"bigledger-python/{VERSION}",
        }
        self._timeout = timeout
        self._max_retries = max_retries

    def object(
        self,
        kind: type[T],
        method: str,
        path: str,
        *ids: str,
        query: Mapping[str, Any] | None = None,
        fields: Mapping[str, Any] | None = None,
        file: Upload | None = None,
        options: Options | None = None,
    ) -> Steps[T]:
        """A call that is answered by what `kind` is."""
        body = encode(to_wire(fields)) if fields else None
        parts = {"params": to_query(query), "content": body, "files": {"file": file.part} if file else None}
        return self._steps(_reader(kind), method, _fill(path, ids), parts, options)

    def pages(
        self, kind: type[T], path: str, *ids: str, query: Mapping[str, Any], options: Options | None
    ) -> Callable[[str | None], Steps[Page[T]]]:
        """The call for the page behind a cursor."""

        def page(cursor: str | None) -> Steps[Page[T]]:
            parts = {"params": to_query({**query, "cursor": cursor} if cursor else query)}
            return self._steps(_page_reader(kind), "GET", _fill(path, ids), parts, options)

        return page

    def file(self, path: str, *ids: str, options: Options | None = None) -> Steps[File]:
        """A download."""
        return self._steps(_read_file, "GET", _fill(path, ids), {}, options)

    def link(self, url: str) -> Steps[File]:
        """A download from a signed link, which needs no key."""
        return self._steps(_read_file, "GET", url, {}, None)

    def envelope(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: Any,
        options: Options | None,
        file: Upload | None = None,
    ) -> Steps[dict[str, Any]]:
        """A call whose response is returned as it is; amounts are exact."""
        parts = {
            "params": to_query(params),
            "content": None if body is None else encode(body),
            "files": {"file": file.part} if file else None,
        }
        return self._steps(_read_envelope, method, path, parts, options)

    def _steps(
        self, read: Reader[T], method: str, path: str, parts: Mapping[str, Any], options: Options | None
    ) -> Steps[T]:
        """Sends a request until its response is there, or until there is no use in another try."""
        options = options or {}
        request = self._request(method, path, parts, options)
        retries = options.get("max_retries", self._max_retries)
        # A change that depends on the version would fail when it is repeated although it took effect.
        is_repeatable = method in ("GET", "POST") or "If-Match" not in request.headers
        may_be_gone = False
        for tries in range(retries + 1):
            result = yield request
            if may_be_gone and isinstance(result, httpx.Response) and result.status_code == 404:
                result = _deleted(path)
            outcome = _outcome(read, result)
            if not isinstance(outcome, _Failure):
                return outcome
            may_be_gone = may_be_gone or (method == "DELETE" and outcome.is_ambiguous)
            is_useless = outcome.is_final or (outcome.is_ambiguous and not is_repeatable)
            if is_useless or tries == retries or (outcome.wait or 0) > LONGEST_WAIT:
                raise outcome.error
            yield _backoff(tries) if outcome.wait is None else outcome.wait
        raise AssertionError("max_retries must not be negative")

    def _request(self, method: str, path: str, parts: Mapping[str, Any], options: Options) -> httpx.Request:
        is_link = not path.startswith("/")  # a signed one, which needs no key and may lead elsewhere
        headers: dict[str, str] = {} if is_link else dict(self._headers)
        if parts.get("content") is not None:
            headers["Content-Type"] = "application/json"
        if method == "POST":
            headers["Idempotency-Key"] = options.get("idempotency_key") or str(uuid.uuid4())
        if "request_id" in options:
            headers["X-Request-Id"] = options["request_id"]
        if options.get("rehearse"):
            headers["Rehearse"] = "true"
        if "if_match" in options:
            headers["If-Match"] = _etag(options["if_match"])
        timeout = httpx.Timeout(options.get("timeout", self._timeout))
        return httpx.Request(
            method,
            path if is_link else self._url + path,
            params=parts.get("params") or None,
            headers=headers,
            content=parts.get("content"),
            files=parts.get("files"),
            extensions={"timeout": timeout.as_dict()},
        )


def _fill(path: str, ids: tuple[str, ...]) -> str:
    return path.format(*(quote(id_, safe="") for id_ in ids))


def _etag(match: str | Object) -> str:
    etag = match if isinstance(match, str) else match.etag
    if etag is None:
        raise ValueError("if_match needs an object that was read by itself: those in lists have no etag")
    return etag


def _backoff(tries: int) -> float:
    return float(min(8.0, 0.5 * 2**tries) * random.uniform(0.5, 1))  # noqa: S311  spreads clients, hides nothing


def _outcome(read: Reader[T], result: Result) -> T | _Failure:
    if not isinstance(result, httpx.Response):
        is_unsent = isinstance(result, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        kind = errors.ResponseTimeoutError if isinstance(result, httpx.TimeoutException) else errors.NoResponseError
        return _Failure(kind(f"{type(result).__name__}: {result}".rstrip(": ")), is_ambiguous=not is_unsent)
    if not result.is_success:
        error = _error(result)
        status = result.status_code
        is_final = error.retry_after is None and status != 429 and status < 500
        return _Failure(error, is_final, status in (500, 502, 504), error.retry_after)
    try:
        return read(result)
    except msgspec.ValidationError as error:
        return _Failure(errors.UnexpectedResponseError(f"{result.url}: {error}"), is_final=True)
    except msgspec.DecodeError as error:
        return _Failure(errors.NoResponseError(f"The response is not whole: {error}"), is_ambiguous=True)


def _reader(kind: type[T]) -> Reader[T]:
    def read(response: httpx.Response) -> T:
        answer: _Envelope[T] = decoder(_Envelope[kind]).decode(response.content)  # type: ignore[valid-type]
        if isinstance(answer.data, Object):
            answer.data.__dict__.update(etag=response.headers.get("ETag"), rehearsal=answer.rehearsal)
        return answer.data

    return read


def _page_reader(kind: type[T]) -> Reader[Page[T]]:
    def read(response: httpx.Response) -> Page[T]:
        answer = decoder(_ListEnvelope[kind]).decode(response.content)  # type: ignore[valid-type]
        return Page(answer.data, *msgspec.structs.astuple(answer.pagination))

    return read


def _read_envelope(response: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = decoder(dict[str, Any]).decode(response.content)
    return body


def _read_file(response: httpx.Response) -> File:
    disposition = response.headers.get("Content-Disposition", "")
    encoded = re.search(r"filename\*=utf-8''([^;]+)", disposition, re.IGNORECASE)
    plain = re.search(r'filename="?([^";]+)', disposition)
    name = unquote(encoded[1]) if encoded else plain[1] if plain else "download"
    return File(response.content, name, response.headers.get("Content-Type", "").partition(";")[0])


def _deleted(path: str) -> httpx.Response:
    """What an earlier try would have been answered, had its response arrived."""
    return httpx.Response(200, json={"success": True, "data": {"id": path.rsplit("/", 1)[1], "deleted": True}})


def _error(response: httpx.Response) -> errors.ApiError:
    try:
        said = _read_envelope(response)["error"]
        code, message, details = said["code"], said["message"], said.get("details", [])
    except (msgspec.DecodeError, LookupError, TypeError):  # not from the API, but from a proxy in front of it
        code, message, details = f"HTTP_{response.status_code}", response.reason_phrase or "Not from the API", []
    after = response.headers.get("Retry-After", "")
    return errors.error_type(response.status_code)(
        response.status_code,
        code,
        message,
        details,
        response.headers.get("X-Request-Id"),
        float(after) if after.isdigit() else None,
    )
