"""What a Sentry-compatible server is told of an error, and what not."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bigledger_crm import error_reports

UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}
SECRET = "hunter2-hunter2-hunter2"
BODY = "what-somebody-wrote"
BREAKS = """
import sys
import django
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from celery import shared_task
from django.core.handlers.base import BaseHandler
from django.test import Client
import sentry_sdk

def broken(self, request):
    local = request.body
    raise RuntimeError(f"password={sys.argv[1]} at postgresql://crm:{sys.argv[1]}@db/books")

@shared_task
def failing(argument):
    raise LookupError("in a task")

BaseHandler.resolve_request = broken
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = sys.argv[1]
headers = {"Host": "127.0.0.1", "Authorization": f"Bearer {sys.argv[1]}", "X-Request-Id": "mine"}
for door in ("/customers", "/api/v1/customers"):
    form = {"name": sys.argv[2], "password": sys.argv[1]}
    answer = client.post(f"{door}?search={sys.argv[2]}", form, headers=headers)
    assert answer.status_code == 500
failing.apply((sys.argv[2],), task_id="of-the-task")
sentry_sdk.flush(30)
"""


@pytest.fixture
def ingest() -> Iterator[tuple[str, list[str]]]:
    """A server that takes reports: its URL, and what it was sent."""
    told: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(UNPACK[self.headers["Content-Encoding"]](body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_arguments: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", told
    server.shutdown()
    server.server_close()


def _events(told: list[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for text in told for line in text.splitlines() if line.startswith("{")]
    return [line for line in lines if "exception" in line]


def test_an_error_is_reported_without_the_request(ingest: tuple[str, list[str]]) -> None:
    url, told = ingest
    environ = {**os.environ, "SENTRY_DSN": url, "DJANGO_SETTINGS_MODULE": "bigledger_crm.settings"}
    command = [sys.executable, "-c", BREAKS, SECRET, BODY]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, cwd=settings.BASE_DIR)
    assert done.returncode == 0, done.stderr[-2000:]
    events = _events(told)
    requests = [event for event in events if event["exception"]["values"][-1]["type"] == "RuntimeError"]
    assert len(requests) == 2, "one from a page, one from the API"
    for event in requests:
        assert event["tags"] == {"request": "mine"}
        assert event["exception"]["values"][-1]["value"] == "password=*** at postgresql://***@db/books"
        frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
        assert frames[-1]["function"] == "broken"
        assert not any("vars" in frame for frame in frames)
        assert not event.keys() & {"request", "user", "extra", "breadcrumbs", "contexts", "modules"}
    whole = "".join(told) + done.stderr
    assert SECRET not in whole
    assert BODY not in "".join(told)
    assert "LookupError" in whole


def test_without_an_address_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_reports, "import_module", None)
    error_reports.start("")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN is not a URL such as"):
        error_reports.start("sentry.example.com")


def test_without_the_package_the_start_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_reports, "find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install -r requirements-sentry.txt"):
        error_reports.start("https://key@sentry.example.com/1")
