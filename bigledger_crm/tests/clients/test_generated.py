"""The clients know every operation of the API, and are of its version.

Whether the generated files are those of today's description is asked by `clients/generate.py --check`.
"""

import inspect
import json
import re
import tomllib

import bigledger
import pytest
import yaml

from bigledger_crm import __version__
from bigledger_crm.testing.product import ROOT

CLIENTS = ROOT / "clients"
DESCRIPTION = yaml.load((ROOT / "docs" / "openapi.yaml").read_bytes(), yaml.CSafeLoader)
OPERATIONS = {
    method["operationId"]
    for path in DESCRIPTION["paths"].values()
    for method in path.values()
    if isinstance(method, dict) and "operationId" in method
}
TABLE = json.loads((CLIENTS / "python" / "bigledger" / "operations.json").read_text())


def test_the_table_has_every_operation() -> None:
    listed = [operation["id"] for operations in TABLE.values() for operation in operations.values()]
    assert sorted(listed) == sorted(OPERATIONS)


@pytest.mark.parametrize("kind", [bigledger.BigLedgerClient, bigledger.SyncBigLedgerClient])
def test_every_operation_has_a_method(kind: type[bigledger.BigLedgerClient]) -> None:
    client = kind("key", "company", base_url="http://127.0.0.1")
    for resource, operations in TABLE.items():
        for name, operation in operations.items():
            method = getattr(getattr(client, resource), name)
            taken = [
                one.name for one in inspect.signature(method).parameters.values() if one.kind == one.POSITIONAL_ONLY
            ]
            assert taken[: len(operation["ids"])] == operation["ids"]
            assert inspect.getdoc(method) == operation["about"] or "\n" in str(inspect.getdoc(method))


def test_every_operation_has_a_line_in_javascript() -> None:
    """Its own tests see that each line becomes a method."""
    listed = re.findall(r'id: "(\w+)"', (CLIENTS / "javascript" / "operations.js").read_text())
    assert sorted(listed) == sorted(OPERATIONS)


def test_the_packages_have_the_version_of_the_product() -> None:
    project = tomllib.loads((CLIENTS / "python" / "pyproject.toml").read_text())["project"]
    package = json.loads((CLIENTS / "javascript" / "package.json").read_text())
    assert {project["version"], bigledger.__version__, package["version"]} == {__version__}
