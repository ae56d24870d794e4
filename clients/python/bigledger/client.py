"""The two clients: how each of them takes the steps of a call, and goes through the pages of a list."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

import httpx
from typing_extensions import Self

from bigledger.transport import Api, Options, Page, Steps
from bigledger.values import File

T = TypeVar("T")


class HasUrl(Protocol):
    """An attachment."""

    @property
    def url(self) -> str:
        """Its signed link."""


class Listing(Generic[T]):
    """A list that is fetched page by page, while one goes through its rows."""

    def __init__(self, client: "SyncClient", fetch: Callable[[str | None], Steps[Page[T]]]) -> None:
        self._client = client
        self._fetch = fetch

    def page(self, cursor: str | None = None) -> Page[T]:
        """The first page, or the one behind a cursor."""
        return self._client.run(self._fetch(cursor))

    def pages(self) -> Iterator[Page[T]]:
        """All pages."""
        page = self.page()
        yield page
        while page.next_cursor:
            page = self.page(page.next_cursor)
            yield page

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page


class AsyncListing(Generic[T]):
    """A list that is fetched page by page, while one goes through its rows; awaited, it is its first page."""

    def __init__(self, client: "AsyncClient", fetch: Callable[[str | None], Steps[Page[T]]]) -> None:
        self._client = client
        self._fetch = fetch

    async def page(self, cursor: str | None = None) -> Page[T]:
        """The first page, or the one behind a cursor."""
        return await self._client.run(self._fetch(cursor))

    async def pages(self) -> AsyncIterator[Page[T]]:
        """All pages."""
        page = await self.page()
        yield page
        while page.next_cursor:
            page = await self.page(page.next_cursor)
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for row in page:
                yield row

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self.page().__await__()


class SyncClient:
    """Calls that wait for their response.

    The key and the company are taken from BIGLEDGER_API_KEY and BIGLEDGER_COMPANY_ID where they are not given, the URL
    from BIGLEDGER_BASE_URL. `timeout` is in seconds, for the connection and for each pause of the response.
    """

    def __init__(
        self,
        api_key: str | None = None,
        company_id: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 30,
        max_retries: int = 3,
        http_client: httpx.Client | None = None,
    ) -> None:
        self.api = Api(api_key, company_id, base_url, timeout, max_retries)
        self._http = http_client or httpx.Client()
        self._sleep: Callable[[float], None] = time.sleep

    def run(self, steps: Steps[T]) -> T:
        """Takes the steps of a call."""
        result: httpx.Response | httpx.TransportError | None = None
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                answer: T = end.value
                return answer
            if isinstance(step, float):
                self._sleep(step)
                continue
            try:
                result = self._http.send(step)
            except httpx.TransportError as fault:
                result = fault

    def get(self, path: str, params: Mapping[str, Any] | None = None, options: Options | None = None) -> dict[str, Any]:
        """The whole response of a GET, with `data` and perhaps `pagination`; amounts are Decimals."""
        return self.run(self.api.envelope("GET", path, params, None, options))

    def post(self, path: str, body: Any = None, options: Options | None = None) -> dict[str, Any]:
        """The whole response of a POST, whose body has the names of the wire."""
        return self.run(self.api.envelope("POST", path, None, body, options))

    def put(self, path: str, body: Any, options: Options | None = None) -> dict[str, Any]:
        """The whole response of a PUT, whose body has the names of the wire."""
        return self.run(self.api.envelope("PUT", path, None, body, options))

    def delete(self, path: str, options: Options | None = None) -> dict[str, Any]:
        """The whole response of a DELETE."""
        return self.run(self.api.envelope("DELETE", path, None, None, options))

    def download(self, attachment: HasUrl | str) -> File:
        """The file of an attachment, or of its `url`."""
        return self.run(self.api.link(attachment if isinstance(attachment, str) else attachment.url))

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class AsyncClient:
    """Calls that are awaited.

    The key and the company are taken from BIGLEDGER_API_KEY and BIGLEDGER_COMPANY_ID where they are not given, the URL
    from BIGLEDGER_BASE_URL. `timeout` is in seconds, for the connection and for each pause of the response.
    """

    def __init__(
        self,
        api_key: str | None = None,
        company_id: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 30,
        max_retries: int = 3,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self.api = Api(api_key, company_id, base_url, timeout, max_retries)
        self._http = http_client or httpx.AsyncClient()
        self._sleep = asyncio.sleep

    async def run(self, steps: Steps[T]) -> T:
        """Takes the steps of a call."""
        result: httpx.Response | httpx.TransportError | None = None
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                answer: T = end.value
                return answer
            if isinstance(step, float):
                await self._sleep(step)
                continue
            try:
                result = await self._http.send(step)
            except httpx.TransportError as fault:
                result = fault

    async def get(
        self, path: str, params: Mapping[str, Any] | None = None, options: Options | None = None
    ) -> dict[str, Any]:
        """The whole response of a GET, with `data` and perhaps `pagination`; amounts are Decimals."""
        return await self.run(self.api.envelope("GET", path, params, None, options))

    async def post(self, path: str, body: Any = None, options: Options | None = None) -> dict[str, Any]:
        """The whole response of a POST, whose body has the names of the wire."""
        return await self.run(self.api.envelope("POST", path, None, body, options))

    async def put(self, path: str, body: Any, options: Options | None = None) -> dict[str, Any]:
        """The whole response of a PUT, whose body has the names of the wire."""
        return await self.run(self.api.envelope("PUT", path, None, body, options))

    async def delete(self, path: str, options: Options | None = None) -> dict[str, Any]:
        """The whole response of a DELETE."""
        return await self.run(self.api.envelope("DELETE", path, None, None, options))

    async def download(self, attachment: HasUrl | str) -> File:
        """The file of an attachment, or of its `url`."""
        return await self.run(self.api.link(attachment if isinstance(attachment, str) else attachment.url))

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()
