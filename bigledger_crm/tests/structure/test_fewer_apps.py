"""The one direction, tried: the core alone, and sales and customers without invoicing."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection


def run(module: str, *arguments: str) -> list[str]:
    """The lines that a module prints in a process of its own."""
    command = [sys.executable, "-m", f"bigledger_crm.tests.structure.{module}", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_core_imports_no_app() -> None:
    (count,) = run("core_alone")[-1:]
    assert int(count) > 200


@pytest.mark.usefixtures("db")
def test_sales_and_customers_need_no_invoicing() -> None:
    pages = dict(line.split(" ", 1) for line in run("without_invoicing", connection.settings_dict["NAME"]))
    assert {path: answer for path, answer in pages.items() if answer not in ("200", "302")} == {}
    kinds = {"/".join("<id>" if "_" in part else part for part in path.split("/")) for path in pages}
    assert kinds >= {
        "/customers",
        "/customers/<id>",
        "/customers/<id>/quotes",
        "/customers/<id>/orders",
        "/customers/<id>/activity",
        "/customers/<id>/attachments",
        "/quotes",
        "/quotes/<id>",
        "/quotes/<id>/edit",
        "/sales-orders",
        "/sales-orders/<id>",
        "/shipments/<id>",
        "/items",
        "/outbox",
        "/styleguide",
    }
