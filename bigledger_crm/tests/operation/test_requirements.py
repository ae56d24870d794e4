"""The locked requirements are those that bin/lock makes of the .in files, as far as it shows without the network."""

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT, DEVELOPMENT = "requirements", "requirements-dev"
OBJECT_STORE, REPORTS = "requirements-s3", "requirements-sentry"
CLIENTS = ".ci/clients/requirements"
LOCKS = (PRODUCT, DEVELOPMENT, OBJECT_STORE, REPORTS, CLIENTS)
ENTRY = re.compile(
    r"^(?P<requirement>[A-Za-z0-9][^\\\n]*?)(?P<hashes>(?: \\\n +--hash=\S+)*)\n(?P<comments>(?: +#.*\n)*)",
    re.MULTILINE,
)


class Locked(NamedTuple):
    """One entry of a lock: its version, its marker, how many hashes it has, and who asks for it."""

    requirement: Requirement
    hashes: int
    asked_for_by: frozenset[str]

    @property
    def version(self) -> str:
        return next(iter(self.requirement.specifier)).version


def wanted(name: str) -> dict[str, Requirement]:
    """The direct requirements of an .in file and of those that it includes."""
    found: dict[str, Requirement] = {}
    for line in Path(settings.BASE_DIR, f"{name}.in").read_text().splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            found |= wanted(text.removeprefix("-r ").removesuffix(".in"))
        elif text:
            requirement = Requirement(text)
            found[canonicalize_name(requirement.name)] = requirement
    return found


def locked(name: str) -> dict[str, Locked]:
    """The entries of a lock, by their names; each may stand there once."""
    found: dict[str, Locked] = {}
    for entry in ENTRY.finditer(Path(settings.BASE_DIR, f"{name}.txt").read_text()):
        requirement = Requirement(entry["requirement"])
        askers = frozenset(re.findall(r"# (?:via)? +(\S.*)", entry["comments"]))
        key = canonicalize_name(requirement.name)
        assert key not in found, f"{name}.txt has {key} twice"
        found[key] = Locked(requirement, entry["hashes"].count("--hash="), askers)
    assert found
    return found


def needed(requirement: Requirement) -> Iterator[Requirement]:
    """What a requirement brings on this machine, by what the installed packages say of themselves."""
    for text in metadata.requires(requirement.name) or ():
        brought = Requirement(text)
        extras = requirement.extras or {""}
        if brought.marker is None or any(brought.marker.evaluate({"extra": extra}) for extra in extras):
            yield brought


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_asked_for_is_locked(name: str) -> None:
    locks, direct = locked(name), wanted(name)
    for key, requirement in direct.items():
        assert key in locks, f"{key}: bin/lock"
        assert requirement.specifier.contains(locks[key].version, prereleases=True), f"{key}: bin/lock"
    asked_for = {key for key, lock in locks.items() if any(asker.startswith("-r ") for asker in lock.asked_for_by)}
    assert asked_for == set(direct), "bin/lock"


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_has_hashes_and_is_asked_for(name: str) -> None:
    locks = locked(name)
    for key, lock in locks.items():
        assert lock.hashes, key
        packages = {canonicalize_name(asker) for asker in lock.asked_for_by if not asker.startswith(("-r ", "-c "))}
        assert lock.asked_for_by, key
        assert packages <= set(locks), key


@pytest.mark.parametrize("name", [DEVELOPMENT, OBJECT_STORE, REPORTS])
def test_all_that_build_on_the_product_have_its_versions(name: str) -> None:
    locks = locked(name)
    for key, lock in locked(PRODUCT).items():
        assert locks[key].requirement == lock.requirement
        assert locks[key].hashes == lock.hashes


@pytest.mark.parametrize("name", [PRODUCT, DEVELOPMENT])
def test_whatever_the_installed_packages_need_is_locked_and_installed(name: str) -> None:
    locks = locked(name)
    open_ones = list(wanted(name).values())
    seen: set[tuple[str, frozenset[str]]] = set()
    while open_ones:
        requirement = open_ones.pop()
        key = canonicalize_name(requirement.name)
        if (key, frozenset(requirement.extras)) in seen:
            continue
        seen.add((key, frozenset(requirement.extras)))
        assert key in locks, f"{key} isn't in {name}.txt: bin/lock"
        assert metadata.version(key) == locks[key].version, f"{key}: bin/test installs what is locked"
        assert requirement.specifier.contains(locks[key].version, prereleases=True), key
        open_ones += needed(requirement)
