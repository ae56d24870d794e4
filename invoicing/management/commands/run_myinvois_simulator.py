"""Serves the simulator of MyInvois by itself, for those who don't use `manage.py up`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from invoicing.einvoice_simulator.server import HOST, serve


class Command(BaseCommand):
    help = "Serves a simulator of LHDN's MyInvois on this machine. Nothing that it is sent goes to LHDN."
    requires_system_checks = []  # it has no part in the product

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=9100)
        parser.add_argument(
            "--file", type=Path, help="an SQLite file for what it keeps; by default in the data directory"
        )

    def handle(self, *args: Any, port: int, file: Path | None, **options: Any) -> None:
        if file is None:
            directory = settings.LAYOUT.myinvois_simulator
            directory.mkdir(parents=True, exist_ok=True)
            file = directory / f"simulator-{port}.sqlite3"
        self.stdout.write(f"Simulator of MyInvois, not LHDN: http://{HOST}:{port}\nCtrl-C stops it.")
        serve(file, port)
