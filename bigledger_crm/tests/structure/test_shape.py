"""The code's own shape: how long files, functions and lines are, and no arrow upwards that lint-imports can't see.

`exceptions.py` lists what doesn't keep to it yet.  An entry that is no longer needed fails too: the lists only shrink.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines

from bigledger_crm.tests.structure import exceptions

ROOT = Path(settings.BASE_DIR)
MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE_LINE = 300, 60, 120
LAYERS = ("bigledger_crm", "customers", "sales", "invoicing")
PERMISSIONS = "bigledger_crm/tenancy/permissions.py"  # whose names look like those of URLs
# Scopes, which are reviewed as one table; what a company's columns say of the numbers of its documents; what browsers
# call a feature.
NAMING = (
    PERMISSIONS,
    "bigledger_crm/tenancy/models.py",
    "bigledger_crm/numbering/",
    "bigledger_crm/browser_policy.py",
)
# The top: it knows every app, and nobody knows it.
TOP = ("bigledger_crm/urls.py", "bigledger_crm/settings.py", "bigledger_crm/testing/", "bigledger_crm/embedded/")


def files(ending: str) -> Iterator[Path]:
    """What is in the repository, or will be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"*{ending}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(set(listed.stdout.splitlines())):
        if (ROOT / name).is_file() and "/migrations/" not in name:
            yield Path(name)


def code() -> Iterator[tuple[Path, str]]:
    """Python without tests."""
    for path in files(".py"):
        if "tests" not in path.parts and path.parts[0] in LAYERS and not str(path).startswith(TOP):
            yield path, (ROOT / path).read_text()


def templates() -> Iterator[tuple[Path, str]]:
    for path in files(".html"):
        if path.parts[0] == "templates":
            yield path, (ROOT / path).read_text()


def layer(path: Path) -> int:
    """How high a file stands: templates by their folder, and those of no app at the bottom."""
    name = path.parts[1] if path.parts[0] == "templates" else path.parts[0]
    return LAYERS.index(name) if name in LAYERS else 0


def only_known(found: set[str], known: set[str]) -> None:
    assert sorted(found - known) == []
    assert sorted(known - found) == [], "no longer needed: take it out of exceptions.py"


def test_files_are_short() -> None:
    found = {str(path) for path in files(".py") if len((ROOT / path).read_text().splitlines()) > MAX_FILE}
    only_known(found, exceptions.LONG_FILES)


def test_functions_are_short() -> None:
    found = set()
    for path in files(".py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 > MAX_FUNCTION:
                    found.add(f"{path}:{node.name}")
    only_known(found, exceptions.LONG_FUNCTIONS)


def test_lines_of_templates_are_short() -> None:
    found = {
        str(path) for path, text in templates() if any(len(line) > MAX_TEMPLATE_LINE for line in text.splitlines())
    }
    only_known(found, exceptions.LONG_TEMPLATE_LINES)


def test_templates_use_none_from_above() -> None:
    found = set()
    for path, text in templates():
        for used in re.findall(r"""{%\s*(?:extends|include)\s+["']([^"'#]+)""", text):
            if layer(Path("templates", used)) > layer(path):
                found.add(f"{path}: {used}")
    only_known(found, exceptions.TEMPLATES_FROM_ABOVE)


def test_templates_load_no_tags_from_above() -> None:
    homes = {name: module for engine in engines.all() for name, module in engine.engine.libraries.items()}  # type: ignore[attr-defined]
    found = set()
    for path, text in templates():
        for names in re.findall(r"{%\s*load\s+(?:[\w ]+ from )?([\w ]+?)\s*%}", text):
            for name in names.split():
                home = homes[name].partition(".")[0]
                if home in LAYERS and LAYERS.index(home) > layer(path):
                    found.add(f"{path}: {name}")
    only_known(found, exceptions.TAGS_FROM_ABOVE)


@pytest.mark.parametrize("above", LAYERS[1:])
def test_nobody_below_names_a_url_above(above: str) -> None:
    names = re.compile(rf"""["']{above}:([a-z][a-z-]*)["']""")
    found = set()
    for path, text in (*code(), *templates()):
        if layer(path) < LAYERS.index(above) and str(path) != PERMISSIONS:
            found |= {f"{path}: {above}:{name}" for name in names.findall(text)}
    only_known(found, {known for known in exceptions.URLS_FROM_ABOVE if f": {above}:" in known})


def test_the_core_knows_no_noun_of_the_sale() -> None:
    """No text in the core's code is the name of an object of the apps, or one with a state or an id after it."""
    nouns = re.compile(
        r"(?:customer|quote|sales[-_]order|shipment|invoice|credit[-_]note|payment)s?(?:[.:_-][a-z]\w*)?"
    )
    found = set()
    for path, text in code():
        if layer(path) == 0 and not str(path).startswith(NAMING):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and nouns.fullmatch(node.value):
                    found.add(f"{path}: {node.value}")
    only_known(found, exceptions.NOUNS_IN_THE_CORE)


def related_names() -> Iterator[tuple[str, int]]:
    """The names under which rows of higher apps hang on rows of lower ones, with the height of the higher app."""
    for app in LAYERS[1:]:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if field.is_relation and field.concrete and field.related_model is not None:
                    below = field.related_model.__module__.partition(".")[0]
                    name = field.remote_field.get_accessor_name()  # type: ignore[union-attr]
                    if name and name.isidentifier() and below in LAYERS and LAYERS.index(below) < LAYERS.index(app):
                        yield name, LAYERS.index(app)


def test_nobody_below_follows_a_related_name_above() -> None:
    found = set()
    for name, height in set(related_names()):
        rows = rf"\.{name}\.(?:all|filter|exists|count|get|order_by)\b"
        paths = rf"""["']{name}__|\b{name}__\w+=|_related\([^)]*["']{name}["']"""
        use = re.compile(f"{rows}|{paths}")
        for path, text in (*code(), *templates()):
            if layer(path) < height and use.search(text):
                found.add(f"{path}: {name}")
    only_known(found, exceptions.RELATED_NAMES_FROM_ABOVE)


def test_templates_that_others_name_exist() -> None:
    """An include that is missing shows only when it is drawn."""
    named = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([\w./-]+?\.\w+)""")
    absent = {
        f"{path}: {name}"
        for path, source in templates()
        for name in named.findall(source)
        if not name.startswith(("admin/", "./")) and not (ROOT / "templates" / name).is_file()
    }
    assert absent == set()
