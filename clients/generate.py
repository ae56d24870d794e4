#!/usr/bin/env python3
"""Makes from docs/openapi.yaml the parts of the clients that follow from it: types, methods, tables, collection.

With --check it writes nothing and fails when a file is not what it would be.
"""

import re
import sys
from pathlib import Path

import yaml
from generator import javascript, python
from generator.collection import collection
from generator.description import Description

CLIENTS = Path(__file__).resolve().parent
DESCRIPTION = CLIENTS.parent / "docs" / "openapi.yaml"
# Where the version of the API is also the package's.
MANIFESTS = {"python/pyproject.toml": r'(?m)^version = "(.*)"', "javascript/package.json": r'(?m)^  "version": "(.*)"'}


def generated() -> dict[Path, str]:
    """The files as they should be."""
    description = Description(yaml.load(DESCRIPTION.read_bytes(), yaml.CSafeLoader))
    made = {CLIENTS / "python" / "bigledger" / name: text for name, text in python.files(description).items()}
    made |= {CLIENTS / "javascript" / name: text for name, text in javascript.files(description).items()}
    made[CLIENTS / "collection.json"] = collection(description)
    for name, pattern in MANIFESTS.items():
        text = (CLIENTS / name).read_text()
        found = re.search(pattern, text)
        made[CLIENTS / name] = text.replace(found[0], found[0].replace(found[1], description.version)) if found else ""
    return made


def main() -> int:
    """Writes what differs, or names it."""
    is_check = "--check" in sys.argv[1:]
    stale = {path: text for path, text in generated().items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        if not is_check:
            path.write_text(text)
        sys.stdout.write(f"{'Stale' if is_check else 'Wrote'}: {path.relative_to(CLIENTS.parent)}\n")
    if stale and is_check:
        sys.stdout.write("Run clients/generate.py\n")
    return 1 if stale and is_check else 0


if __name__ == "__main__":
    sys.exit(main())
