"""Health, seen from outside: processes that are stopped, a database that is frozen, a disk that takes no more."""

import contextlib
import json
import os
import resource
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from bigledger_crm.embedded.processes import left_over
from bigledger_crm.testing.product import ROOT, Product, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
SWEPT = "SELECT FROM schedule_jobrun WHERE job = 'sweep-outbox' AND finished_at IS NOT NULL"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("health") / "books", seed)
    with product.running():
        wait_for(lambda: product.query(SWEPT), 60)
        yield product


def _get(product: Product, url: str) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", product.port, timeout=300)
    with contextlib.closing(connection):
        connection.request("GET", url)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


@contextlib.contextmanager
def _stopped(processes: Sequence[psutil.Process]) -> Iterator[None]:
    """They are there and do nothing, as when they hang."""
    assert processes
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)


def _processes(product: Product, *words: str) -> list[psutil.Process]:
    found = []
    for process in left_over(product.layout):
        with contextlib.suppress(psutil.NoSuchProcess):
            if all(word in " ".join(process.cmdline()) for word in words):
                found.append(process)
    return found


def _doctor(product: Product) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env=product.environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout


def test_workers_that_stand_still_are_seen(product: Product) -> None:
    wait_for(lambda: _get(product, "/readyz?full")[0] == 200, 60)
    with _stopped(_processes(product, "celery", "worker")):
        product.execute("UPDATE schedule_jobrun SET finished_at = finished_at - interval '10 minutes'")
        status, answer = _get(product, "/readyz?full")
        assert status == 503
        assert answer["sweep"].endswith(" s ago: no worker or no beat is running")
        assert _get(product, "/readyz")[0] == 200, "requests can be served"
        status, lines = _doctor(product)
        assert status == 1
        assert "!!  sweep: the last sweep was " in lines
        assert "!!  worker, celery: no worker answers" in lines
        assert "!!  worker, webhooks: no worker answers" in lines
    wait_for(lambda: _get(product, "/readyz?full")[0] == 200, 90)


def test_a_worker_for_webhooks_that_stands_still_is_seen(product: Product) -> None:
    with _stopped(_processes(product, "celery", "worker", "webhooks@")):
        status, lines = _doctor(product)
    assert status == 1
    assert "ok  worker, celery: answers" in lines
    assert "!!  worker, webhooks: no worker answers" in lines


def test_a_frozen_database_freezes_nobody(product: Product) -> None:
    postmaster = psutil.Process(int((product.layout.postgres / "postmaster.pid").read_text().splitlines()[0]))
    with _stopped([postmaster, *postmaster.children(recursive=True)]):
        for url in ("/readyz", "/readyz?full", "/readyz"):
            status, answer = _get(product, url)
            assert (status, answer["database"]) == (503, "does not answer")
        assert _get(product, "/healthz")[0] == 200
        status, lines = _doctor(product)
        assert status == 1
        assert "!!  database: no answer" in lines
    wait_for(product.is_ready, 60)


def test_a_disk_that_takes_no_more_is_seen(tmp_path: Path, seed: Path) -> None:
    """The kernel refuses what PostgreSQL writes, as it does on a full disk."""
    data = tmp_path / "books"
    subprocess.run(["cp", "-a", str(seed), str(data)], check=True)
    module = "bigledger_crm.tests.operation.support.disk_full"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bigledger_crm.embedded", "exec", "--throwaway", "--data-dir", str(data), "--"),
            *(sys.executable, "-m", module, str(data)),
        ],
        cwd=ROOT,
        env={**os.environ, "BIGLEDGER_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    before, full, after = json.loads(done.stdout.splitlines()[-1])
    assert (before, after) == (None, None)
    assert "could not write to file" in full
    assert "File too large" in full


def test_files_that_cannot_be_written_are_seen(tmp_path: Path) -> None:
    program = "import django; django.setup(); from bigledger_crm.health import checks; print(checks.files_problem())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            **os.environ,
            "BIGLEDGER_DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "bigledger_crm.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SECRET_KEY": secrets.token_urlsafe(64),
        },
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)),
    )
    assert done.stdout.strip() == f"{tmp_path / 'files'} can't be written: File too large", done.stderr


SERVICES = {"worker": ("worker", "--queues", "heartbeat-test", "--concurrency", "1"), "beat": ("beat", "--pidfile=")}


@pytest.mark.parametrize("service", SERVICES)
def test_the_check_of_a_container_sees_a_process_that_hangs(tmp_path: Path, service: str) -> None:
    described = msgspec.yaml.decode((ROOT / "compose.yaml").read_bytes())["services"]
    file = tmp_path / "heartbeat"
    environment = {**os.environ, "HEARTBEAT_FILE": str(file)}
    kind, command = described[service]["healthcheck"]["test"]
    assert (kind, described["webhooks"]["healthcheck"]["test"][1]) == ("CMD-SHELL", command)

    def is_healthy() -> bool:
        shell = ["sh", "-c", command.replace("$$", "$")]
        return subprocess.run(shell, env=environment, stderr=subprocess.DEVNULL).returncode == 0

    assert not is_healthy()
    arguments = [*SERVICES[service], *(["--schedule", str(tmp_path / "schedule")] if service == "beat" else [])]
    # A broker that nobody listens at: beat would notify workers of other tests.
    environment |= {"REDIS_URL": "redis://127.0.0.1:1/0"} if service == "beat" else {}
    program = [sys.executable, "-m", "celery", "--app", "bigledger_crm.celery", *arguments]
    process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(is_healthy, 90)
        process.send_signal(signal.SIGSTOP)
        long_ago = time.time() - 120
        os.utime(file, (long_ago, long_ago))
        assert not is_healthy()
        process.send_signal(signal.SIGCONT)
        wait_for(is_healthy, 90)
    finally:
        process.kill()
        process.wait(300)
