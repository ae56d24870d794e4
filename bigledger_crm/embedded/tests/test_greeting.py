"""What `up` says when everything runs."""

import io
import json
from pathlib import Path

import pytest

from bigledger_crm.embedded.logs import Printer
from bigledger_crm.embedded.management.commands.up import Command
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.supervisor import Supervisor

ALONE = ["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"]
REACHED = ["0.0.0.0", "::", "192.168.1.5", "crm.example.com", ""]


@pytest.mark.parametrize("host", [*ALONE, *REACHED])
def test_secrets_of_the_demo_are_printed_only_where_nobody_else_can_use_them(host: str, tmp_path: Path) -> None:
    layout, printed = Layout(tmp_path), io.StringIO()
    demo = {"email": "demo@example.com", "password": "p4ss", "apiKey": "bl_live_x", "companyId": "comp_x"}
    layout.demo.write_text(json.dumps(demo))
    command = Command()
    command.layout, command.host, command.supervisor = layout, host, Supervisor(Printer(printed))
    command._greet()
    said = printed.getvalue()
    assert ("p4ss" in said, "bl_live_x" in said) == (host in ALONE,) * 2
    assert (str(layout.demo) in said) == (host in REACHED)


def test_the_simulator_is_told_of_and_named_as_one(tmp_path: Path) -> None:
    printed, command = io.StringIO(), Command()
    command.layout, command.host, command.supervisor = Layout(tmp_path), "127.0.0.1", Supervisor(Printer(printed))
    command.layout.demo.write_text(json.dumps(dict.fromkeys(("email", "password", "apiKey", "companyId"), "x")))
    command.simulator_port = 30123
    command._greet()
    assert "MyInvois simulator (not LHDN): http://127.0.0.1:30123" in printed.getvalue()
