"""The bill of materials has what the lock has, and needs nothing but Python."""

import json
import subprocess
from typing import Any

import pytest
from django.conf import settings
from packaging.utils import canonicalize_name

from bigledger_crm import __version__
from bigledger_crm.tests.operation.test_requirements import OBJECT_STORE, PRODUCT, REPORTS, locked


def _bill(name: str) -> dict[str, Any]:
    command = ["bin/sbom", f"{name}.txt"]
    written = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(written)
    return found


@pytest.mark.parametrize("name", [PRODUCT, OBJECT_STORE, REPORTS])
def test_it_has_every_locked_package_with_its_hashes(name: str) -> None:
    bill = _bill(name)
    parts = {part["name"]: part for part in bill["components"]}
    locks = locked(name)
    assert len(parts) == len(bill["components"])
    assert {canonicalize_name(part) for part in parts} == set(locks)
    for key, lock in locks.items():
        assert parts[key]["purl"] == parts[key]["bom-ref"] == f"pkg:pypi/{key}@{lock.version}"
        assert len(parts[key]["externalReferences"][0]["hashes"]) == lock.hashes


def test_it_is_of_this_version() -> None:
    bill = _bill(PRODUCT)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == __version__
    (tree,) = bill["dependencies"]
    assert tree["ref"] == bill["metadata"]["component"]["bom-ref"]
    assert tree["dependsOn"] == [part["bom-ref"] for part in bill["components"]]
