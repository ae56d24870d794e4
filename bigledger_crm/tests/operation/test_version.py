"""The version is written once, in the package, and read wherever it is told."""

import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings
from django.test import Client

from bigledger_crm import __version__
from bigledger_crm.health import findings
from bigledger_crm.tenancy.models import User
from bigledger_crm.tests.contract.support.openapi import description


def test_the_project_takes_it_from_the_package() -> None:
    described = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text())
    assert "version" not in described["project"]
    assert described["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "bigledger_crm.__version__"}


def test_the_api_the_pages_and_the_commands_tell_it(alice: User, client: Client) -> None:
    assert description()["info"]["version"] == __version__
    client.force_login(alice)
    for page in ("/", "/quotes/new"):  # the editor has a version of its own, the document's
        assert f"BigLedger {__version__} ·" in client.get(page, follow=True).content.decode()
    assert [str(finding) for finding in findings.version()] == [f"ok  version: {__version__}"]


def test_the_command_line_tells_it() -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "--version"], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (0, f"BigLedger CRM {__version__}\n")
