"""Runs the whole product in the foreground."""

import hashlib
import json
import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bigledger_crm.embedded import lock, product_processes, shared_clock
from bigledger_crm.embedded.errors import EmbeddedError, Stopped
from bigledger_crm.embedded.logs import Printer
from bigledger_crm.embedded.loopback_ports import is_free
from bigledger_crm.embedded.processes import marked_environment
from bigledger_crm.embedded.servers import claim, start_mail_capture, start_simulator, start_storage
from bigledger_crm.embedded.supervisor import Supervisor
from bigledger_crm.embedded.unprivileged import processes
from bigledger_crm.environment_files import is_given
from bigledger_crm.kernel.network import read_address
from bigledger_crm.tenancy import setup_link

if TYPE_CHECKING:
    from bigledger_crm.embedded.paths import Layout


class Command(BaseCommand):
    help = "Runs everything in the foreground: database, broker, mail capture, web server, worker, scheduler."
    requires_system_checks = []  # the database isn't there yet
    simulator_port = 0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="do not create a demo company on the first run")

    def handle(self, *args: Any, no_demo: bool, **options: Any) -> None:
        if os.environ.get("BIGLEDGER_CLOCK"):
            os.environ.setdefault("BIGLEDGER_CLOCK_REFERENCE", str(time.time()))
        self.layout: Layout = settings.LAYOUT
        self.environment = marked_environment(self.layout, os.environ)
        self.host = os.environ.get("HOST") or "127.0.0.1"
        self.supervisor = Supervisor(Printer(as_json=settings.LOG_FORMAT == "json"))
        self.supervisor.listen()
        try:
            with claim(self.layout, self.supervisor), shared_clock.announced(self.layout, os.environ):
                try:
                    self._start(no_demo)
                    self.supervisor.watch()
                except Stopped:
                    pass
                finally:
                    self.supervisor.stop()
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        self.supervisor.printer.plain("Stopped.")

    def _start(self, no_demo: bool) -> None:
        supervisor, layout, environment = self.supervisor, self.layout, self.environment
        if not is_free(self.host, settings.PORT):
            raise EmbeddedError(f"{self.host}:{settings.PORT} is taken or not allowed: set PORT to another one")
        database, broker = not is_given("DATABASE_URL"), not is_given("REDIS_URL")
        start_storage(layout, supervisor, environment, database, broker)
        others = processes(layout, environment, supervisor.printer)
        if not is_given("EMAIL_URL"):
            start_mail_capture(layout, supervisor, others, settings.EMAIL_HOST_PASSWORD)
        if port := settings.MYINVOIS_SIMULATOR_PORT:
            is_fixed = is_given("MYINVOIS_SIMULATOR_PORT")
            self.simulator_port = start_simulator(layout, supervisor, others, port, is_fixed=is_fixed)
        self._migrate()
        self._collect_static_files()
        first = not apps.get_model("tenancy", "Company")._base_manager.exists()
        connection.close()
        web = product_processes.web(self.host, settings.PORT, others)
        workers = (product_processes.worker(others), product_processes.webhooks(others))
        for child in (*workers, web, product_processes.beat(layout, others)):
            supervisor.add(child)
        supervisor.await_ready(web, lambda: product_processes.web_answers(self._own_address(), settings.PORT))
        if first and not no_demo and supervisor.run(product_processes.command("demo", environment)) != 0:
            supervisor.printer.plain("The demo company could not be created; see its messages above.")
        self._greet()

    def _own_address(self) -> str:
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  a comparison

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            if executor.loader.applied_migrations and settings.BACKUP_STORAGE:
                self.supervisor.printer.plain("A newer version: its database differs, so a backup is made first.")
                self._must_succeed("backup", "--before-upgrade")
            self._must_succeed("migrate", "--no-input")

    def _collect_static_files(self) -> None:
        """Runs collectstatic when a static file was added, removed or changed since the last time."""
        root = Path(settings.STATIC_ROOT)
        root.mkdir(exist_ok=True)
        stamp = root / ".stamp"
        digest = hashlib.sha256()
        for finder in get_finders():
            for path, storage in finder.list([]):
                found = Path(storage.path(path)).stat()
                digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
        with lock.wait_for(root / ".lock"):  # products with different data directories share one checkout
            if stamp.exists() and stamp.read_text() == digest.hexdigest():
                return
            self._must_succeed("collectstatic", "--no-input")
            stamp.write_text(digest.hexdigest())

    def _must_succeed(self, name: str, *arguments: str) -> None:
        if self.supervisor.run(product_processes.command(name, self.environment, *arguments)) != 0:
            raise EmbeddedError(f"{name} failed; see its messages above")

    def _greet(self) -> None:
        lines = [f"BigLedger CRM is at {settings.PUBLIC_URL}"]
        if self.layout.demo.exists():
            demo = json.loads(self.layout.demo.read_text())
            lines += demo_lines(demo, settings.PUBLIC_URL) if is_loopback(self.host) else demo_hints(self.layout.demo)
        else:
            lines += setup_lines()
        if self.simulator_port:
            lines.append(f"MyInvois simulator (not LHDN): http://127.0.0.1:{self.simulator_port}")
        if os.environ.get("BIGLEDGER_CLOCK"):
            lines.append(f"The clock was set: it started at {os.environ['BIGLEDGER_CLOCK']}")
        lines.append("Ready. Ctrl-C stops it.")
        self.supervisor.printer.plain("\n" + "\n".join(f"  {line}" for line in lines) + "\n")


def setup_lines() -> list[str]:
    """How the first person begins, where there is no company yet."""
    if not setup_link.is_new():
        return []
    return ["There is no company yet. Open this link to set one up; it works once, for a day:", setup_link.setup_url()]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    address = read_address(host)
    return host == "localhost" if address is None else address.is_loopback


def demo_hints(file: Path) -> list[str]:
    """Where the demo's secrets stand: where others can reach the product, logs shouldn't have them."""
    return [
        f"The demo company exists; its password and API key are in {file}",
        "Others can reach this address: the demo user is an operator. Change the password, or start with --no-demo",
    ]


def demo_lines(demo: dict[str, str], url: str) -> list[str]:
    """What a newcomer needs to sign in and to call the API of the demo company."""
    headers = f"-H 'Authorization: Bearer {demo['apiKey']}' -H 'X-Company-Id: {demo['companyId']}'"
    return [
        f"Sign in:    {demo['email']}  {demo['password']}",
        f"API key:    {demo['apiKey']}",
        f"Company id: {demo['companyId']}",
        f"curl {headers} '{url}/api/v1/customers?limit=3'",
    ]
