"""Customers who buy without a pause, whatever happens to the product: what was begun is tried until it is done."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from bigledger_crm.testing.product import Product

PATIENCE_SECONDS = 90
AGAIN = (409, 429)


def insist(product: Product, path: str, body: Any) -> Any:
    """POST with an Idempotency-Key, again and again until it is done; the `data` of the answer."""
    key = str(uuid.uuid4())
    end = time.monotonic() + PATIENCE_SECONDS
    answer: Any = None
    status = 0
    while time.monotonic() < end:
        try:
            status, answer = product.request("POST", path, body, Idempotency_Key=key)
        except (OSError, HTTPException, ValueError) as error:  # nobody there, or half an answer
            status, answer = 0, error
        if 200 <= status < 300:
            return answer["data"]
        assert status in (0, *AGAIN) or status >= 500, answer
        time.sleep(0.1)
    raise AssertionError(f"{path} was not done within {PATIENCE_SECONDS} s: {status} {answer}")


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
