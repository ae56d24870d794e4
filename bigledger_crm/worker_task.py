"""What every task of the workers has: its name and its cause in the log lines, and its time in the metrics."""

import time
from typing import Any

import celery

from bigledger_crm import metrics
from bigledger_crm.kernel import log_context
from bigledger_crm.tenancy import replica


class Task(celery.Task):  # type: ignore[type-arg]  # not generic where it runs
    """The base of all tasks."""

    abstract = True

    def apply_async(self, *arguments: Any, **options: Any) -> Any:
        """Asks for the task, and tells by which request."""
        options["headers"] = {**(options.get("headers") or {}), **log_context.headers()}
        return super().apply_async(*arguments, **options)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Does the task."""
        cause = caused_by(self.request)
        began, failed = time.monotonic(), True
        with log_context.in_task(self.name, self.request.id or log_context.NONE, cause):
            try:
                replica.note_writes()  # whoever this task tells of something doesn't find less in the replica
                result = self.run(*arguments, **options)
                failed = False
                replica.note_writes()
            finally:
                metrics.task_ended(self.name, time.monotonic() - began, failed=failed)
        return result


def caused_by(request: Any) -> str:
    """The request that a task's message names: among its own headers, or where it never left this process."""
    named = request.get(log_context.HEADER) or (request.headers or {}).get(log_context.HEADER)
    return named or log_context.request_id.get()
