"""What log lines say of the work that wrote them: the request, and the task of a worker that it led to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

NONE = "-"
HEADER = "bigledger_request"  # of the message that asks a worker for a task
request_id: ContextVar[str] = ContextVar("request_id", default=NONE)
# From which network address the request came; "" where there is none.
client_address: ContextVar[str] = ContextVar("client_address", default="")
task: ContextVar[tuple[str, str] | None] = ContextVar("task", default=None)


@contextmanager
def in_task(name: str, task_id: str, caused_by: str) -> Iterator[None]:
    """A worker does a task, because of a request if there was one."""
    task_token, request_token = task.set((name, task_id)), request_id.set(caused_by)
    try:
        yield
    finally:
        request_id.reset(request_token)
        task.reset(task_token)


def headers() -> dict[str, str]:
    """What a message to a worker carries of the present request."""
    present = request_id.get()
    return {} if present == NONE else {HEADER: present}
