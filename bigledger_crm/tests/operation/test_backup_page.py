"""The documented restore lets nothing out, and the documented commands are there."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands


def _blocks(heading: str) -> Iterator[str]:
    """The shell blocks under a heading of docs/operations.md."""
    text = Path(settings.BASE_DIR, "docs", "operations.md").read_text()
    section = re.search(rf"^## {heading}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert section is not None
    yield from re.findall(r"```sh\n(.*?)```", section[1], re.DOTALL)


def test_a_restore_begins_with_the_switch() -> None:
    assert next(_blocks("Restore")).splitlines() == ["export OUTGOING=off"]


def test_the_commands_are_there() -> None:
    named = {
        command
        for heading in ("Backup", "Restore")
        for block in _blocks(heading)
        for command in re.findall(r"manage\.py (\w+)", block)
    }
    assert named == {"backup", "create_backup_key", "restore"}
    assert named <= get_commands().keys()
