"""What the clients' READMEs begin with is a whole sale."""

import subprocess
import sys
from pathlib import Path

import pytest

from bigledger_crm.testing.product import ROOT
from bigledger_crm.tests.clients.support.credentials import Credentials
from bigledger_crm.tests.clients.support.node import run_node
from bigledger_crm.tests.clients.support.snippets import blocks

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
CLIENTS = ROOT / "clients"


def sale(language: str, name: str, credentials: Credentials) -> str:
    """The first block, with the credentials of a company that exists."""
    program = blocks(CLIENTS / language / "README.md", name)[0]
    assert len([line for line in program.splitlines() if line]) <= 10
    real = {
        "bl_live_…": credentials.api_key,
        "comp_…": credentials.company_id,
        "https://crm.example.com/api/v1": credentials.url,
    }
    for published, own in real.items():
        assert program.count(published) == 1
        program = program.replace(published, own)
    return program


def test_python(credentials: Credentials) -> None:
    command = [sys.executable, "-c", sale("python", "python", credentials)]
    done = subprocess.run(command, cwd=CLIENTS / "python", capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "paid\n"), done.stderr


def test_javascript(credentials: Credentials, tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "bigledger").symlink_to(CLIENTS / "javascript")  # as npm installs a folder
    program = tmp_path / "sale.mjs"
    program.write_text(sale("javascript", "javascript", credentials))
    done = run_node(program, environment={})
    assert (done.returncode, done.stdout) == (0, "paid\n"), done.stderr
