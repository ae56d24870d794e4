"""Code blocks of Markdown files, and the tasks that the API's documentation shows in several languages."""

import re
from dataclasses import dataclass
from pathlib import Path

from bigledger_crm.testing.product import ROOT

PAGES = sorted((ROOT / "docs" / "api").glob("*.md"))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """A task in one language; `where` is the same in all of them."""

    where: str
    code: str


def blocks(path: Path, language: str) -> list[str]:
    """The blocks of a language, in order."""
    return [code for name, code in _BLOCK.findall(path.read_text()) if name == language]


def shown(path: Path) -> list[dict[str, str]]:
    """The blocks that stand together, in sh, JavaScript and Python."""
    groups: list[dict[str, str]] = []
    end = -1
    for found in _BLOCK.finditer(path.read_text()):
        if found[1] not in ("sh", "javascript", "python"):
            continue
        if found.start() != end + 2 or found[1] in groups[-1]:  # an empty line between them
            groups.append({})
        groups[-1][found[1]] = found[2]
        end = found.end()
    return groups


def tasks(language: str) -> list[Task]:
    """Every task of the documentation. Commands that stand in one block are tasks of their own."""
    found = []
    for path in PAGES:
        for number, group in enumerate(shown(path), 1):
            if language not in group:
                continue
            count = len(re.findall("^curl ", group.get("sh", ""), re.MULTILINE))
            parts = [group[language]]
            if count > 1:
                parts = [part for part in re.split(r"^(?=\S)", group[language], flags=re.MULTILINE) if part.strip()]
                assert len(parts) == count, f"{path.name}: {group[language]}"
            found += [Task(f"{path.name} {number}.{place}", part) for place, part in enumerate(parts, 1)]
    return found
