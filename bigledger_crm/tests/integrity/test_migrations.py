"""Migrations are history: what they import is frozen, and each app began with one."""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT: Path = settings.BASE_DIR
PROJECT = ("bigledger_crm", "customers", "sales", "invoicing")
MIGRATIONS = sorted(
    path
    for app in apps.get_app_configs()
    if app.name.split(".")[0] in PROJECT
    for path in Path(app.path, "migrations").glob("0*.py")
)
OPERATIONS = sorted(
    path
    for package in PROJECT
    for path in (ROOT / package).rglob("migration_operations/*.py")
    if path.name != "__init__.py"
)
# A version that migrations import never changes again: write the next one.
FROZEN = {
    "bigledger_crm/custom_fields/migration_operations/v1.py": "7ee2dac510a0044b5cb362a76f80ab07",
    "bigledger_crm/tenancy/migration_operations/v1.py": "9c0f37a5d7f4dd77bfc8a564c3dfdb10",
    "bigledger_crm/tenancy/migration_operations/v2.py": "6d4785d5f3465fbc54f00811024598f5",
    "customers/migration_operations/v1.py": "64724efb58b1023df25a41dfb1bee939",
    "customers/migration_operations/v2.py": "2a6a4d3b03f9e4aa3f1985bb1541f283",
}
# What Django itself writes into migrations: classes of fields, and defaults, which the database never sees.
WRITTEN_BY_DJANGO = {
    "bigledger_crm.kernel.clock",
    "bigledger_crm.kernel.exact_json",
    "bigledger_crm.kernel.ids",
    "bigledger_crm.tenancy.base_models",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports_of(path: Path) -> Iterator[str]:
    """The modules of the project that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
        else:
            continue
        yield from (name for name in names if name.startswith(".") or name.split(".")[0] in PROJECT)


def test_operations_of_migrations_never_change() -> None:
    digests = {name_of(path): hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() for path in OPERATIONS}
    assert digests == FROZEN


@pytest.mark.parametrize("path", OPERATIONS, ids=name_of)
def test_operations_import_nothing_of_the_project(path: Path) -> None:
    assert list(imports_of(path)) == []


@pytest.mark.parametrize("path", MIGRATIONS, ids=name_of)
def test_migrations_import_frozen_operations_only(path: Path) -> None:
    frozen = {name.removesuffix(".py").replace("/", ".") for name in FROZEN}
    assert {*imports_of(path)} <= frozen | WRITTEN_BY_DJANGO
