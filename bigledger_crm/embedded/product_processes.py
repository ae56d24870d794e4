"""The product's own processes: web server, worker, beat and one-off commands."""

import http.client
import sys
from collections.abc import Mapping
from pathlib import Path

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import Child
from bigledger_crm.embedded.unprivileged import Processes

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIGURATION = "python:bigledger_crm.server.configuration"
SIMULATOR = "invoicing.einvoice_simulator"
WORKER_PROCESSES = 2
WEBHOOK_THREADS = 16
GRACE_SECONDS = 15


def command(name: str, environment: Mapping[str, str], *arguments: str) -> Child:
    """A management command as a child of its own name."""
    return Child(name, [sys.executable, "manage.py", name, *arguments], environment, directory=ROOT)


def web(host: str, port: int, processes: Processes) -> Child:
    """The web server."""
    program = [sys.executable, "-m", "gunicorn", "--config", CONFIGURATION, "--bind", f"{host}:{port}"]
    program += ["--graceful-timeout", str(GRACE_SECONDS), "bigledger_crm.wsgi"]
    return Child(
        "web",
        program,
        processes.environment,
        stop_seconds=GRACE_SECONDS + 5,
        account=processes.account if processes.may_listen(port) else (),
        directory=ROOT,
        needs_servers=True,
    )


def worker(processes: Processes) -> Child:
    """The Celery worker for emails, PDFs and jobs."""
    loaded = ("--include", "bigledger_crm.documents.pdf")  # once for all its processes
    return _worker("worker", processes, "--queues", "celery", "--concurrency", str(WORKER_PROCESSES), *loaded)


def webhooks(processes: Processes) -> Child:
    """The Celery worker that speaks to receivers of webhooks and to LHDN, in threads: it only waits for them."""
    threads = ("--pool", "threads", "--concurrency", str(WEBHOOK_THREADS))
    return _worker("webhooks", processes, "--queues", "webhooks,einvoices", *threads)


def simulator(layout: Layout, processes: Processes, port: int) -> Child:
    """The simulator of MyInvois."""
    file = layout.myinvois_simulator / "simulator.sqlite3"
    program = [sys.executable, "-m", SIMULATOR, "--port", str(port), "--file", str(file)]
    account, environment = processes.account, processes.environment
    return Child("myinvois-simulator", program, environment, account=account, directory=ROOT)


def beat(layout: Layout, processes: Processes) -> Child:
    """The Celery scheduler."""
    arguments = ["beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", str(layout.schedule / "schedule")]
    program = [*_celery(), *arguments]
    account = processes.account
    return Child("beat", program, processes.environment, account=account, directory=ROOT, needs_servers=True)


def web_answers(host: str, port: int) -> bool:
    """Whether the web server answers on its loopback address."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _worker(name: str, processes: Processes, *options: str) -> Child:
    """A Celery worker; on SIGTERM it finishes what it has begun."""
    same = ("--hostname", f"{name}@%h", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    # A container's only user is root; JSON messages can't run code, which is what Celery warns of in seven lines.
    quiet = {**processes.environment, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    return Child(
        name,
        [*_celery(), "worker", *options, *same],
        quiet,
        stop_seconds=30,
        account=processes.account,
        directory=ROOT,
        needs_servers=True,
    )


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "--app", "bigledger_crm.celery"]
