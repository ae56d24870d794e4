"""Questions that may never be answered: whoever asks waits for a moment only."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

SECONDS = 1.0
Answer = TypeVar("Answer")


class Limited(Generic[Answer]):
    """A question that is asked in a thread of its own, of which there is one at most, however many ask.

    A frozen server holds up that thread and nobody else.
    """

    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._asked: Future[Answer] | None = None

    def __call__(self) -> Answer:
        """The answer, or what was raised instead of one.  Raises TimeoutError after SECONDS."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                threading.Thread(target=self._ask, args=(self._asked,), name="health", daemon=True).start()
            asked = self._asked
        return asked.result(SECONDS)

    def _ask(self, asked: Future[Answer]) -> None:
        try:
            answer = self._question()
        except BaseException as error:  # noqa: BLE001 it is raised where the answer is waited for
            asked.set_exception(error)
        else:
            asked.set_result(answer)
