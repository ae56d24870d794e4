"""Customers who keep buying, whatever happens to the product: each request is repeated until it is done."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from bigledger_crm.testing.product import Product, wait_for

AGAIN = (409, 429)


def insist(product: Product, path: str, body: Any) -> Any:
    """POST with an Idempotency-Key, repeated until it is done; the `data` of the response."""
    key = str(uuid.uuid4())
    done: list[Any] = []

    def attempt() -> bool:
        try:
            status, answer = product.request("POST", path, body, Idempotency_Key=key)
        except (OSError, HTTPException, ValueError):  # nobody there, or half an answer
            return False
        assert status < 300 or status in AGAIN or status >= 500, (path, status, answer)
        done.extend([answer["data"]] if status < 300 else [])
        return bool(done)

    wait_for(attempt, 90)
    return done[0]


@contextmanager
def under_load(sell: Callable[[], object], threads: int = 2) -> Iterator[None]:
    """Calls `sell` again and again in threads until the block ends, and lets each finish what it has begun."""
    over = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while not over.is_set():
                sell()
        except BaseException as failure:
            failures.append(failure)
            raise

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        over.set()
        for worker in workers:
            worker.join()
    assert failures == []
