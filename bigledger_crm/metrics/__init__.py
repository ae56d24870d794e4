"""What the processes count for /metrics, each in files of its own: see `process_files`.

Labels are of few values, all of them ours: never a URL, a name or an id.
"""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import MultiProcessValue

from bigledger_crm.metrics import process_files

Parameters = ParamSpec("Parameters")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
logger = logging.getLogger(__name__)
process_number = process_files.ProcessNumber()
values.ValueClass = MultiProcessValue(process_number)  # type: ignore[no-untyped-call]
_registry = CollectorRegistry()
_requests = Counter("bigledger_http_requests", "Requests answered.", ["method", "route", "status"], registry=_registry)
_request_seconds = Histogram(
    "bigledger_http_request_duration_seconds",
    "From the arrival of a request to its response.",
    ["method", "route"],
    registry=_registry,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_pdf_seconds = Histogram(
    "bigledger_pdf_render_duration_seconds",
    "Rendering of a PDF.",
    ["document"],
    registry=_registry,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
_task_seconds = Histogram(
    "bigledger_task_duration_seconds",
    "Tasks of the workers.",
    ["task", "outcome"],
    registry=_registry,
    buckets=(0.05, 0.25, 1, 5, 15, 30, 60, 120, 300),
)
_job_runs = Counter("bigledger_job_runs", "Runs of periodic jobs.", ["periodic_job", "outcome"], registry=_registry)
_sign_ins = Counter("bigledger_sign_ins", "Attempts to sign in.", ["outcome"], registry=_registry)


def counted() -> CollectorRegistry:
    """What all processes have counted, added up."""
    registry = CollectorRegistry()
    folder = process_files.folder()
    if folder.is_dir():
        MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return registry


def _without_harm(function: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """No work fails because it isn't counted, such as on a full disk."""

    @functools.wraps(function)
    def count(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        try:
            function(*arguments, **options)
        except OSError as error:
            logger.warning("Metrics can't be kept in %s: %s", process_files.folder(), error.strerror)

    return count


@_without_harm
def request_served(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered.  `route` is the pattern of its URL."""
    known = method if method in METHODS else "other"
    _requests.labels(known, route, str(status)).inc()
    _request_seconds.labels(known, route).observe(seconds)


@_without_harm
def pdf_rendered(document: str, seconds: float) -> None:
    """A PDF was rendered, of a document such as `invoice`."""
    _pdf_seconds.labels(document).observe(seconds)


@_without_harm
def task_ended(task: str, seconds: float, *, failed: bool) -> None:
    """A worker did a task, or failed to."""
    _task_seconds.labels(task, _outcome(failed)).observe(seconds)


@_without_harm
def job_ended(job: str, *, failed: bool) -> None:
    """A periodic job ran, or failed."""
    _job_runs.labels(job, _outcome(failed)).inc()


@_without_harm
def sign_in_attempted(outcome: str) -> None:
    """Somebody tried to sign in; the outcome is `succeeded`, `failed` or `paused`."""
    _sign_ins.labels(outcome).inc()


def _outcome(failed: bool) -> str:
    return "failed" if failed else "succeeded"
