import locale
import os
import shutil
from pathlib import Path

import pytest

from bigledger_crm.embedded.accounts import Account, prefix_for
from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.postgres import Postgres, find_binaries, locale_of_letters, major_version


def fake_binaries(directory: Path, version: str) -> Path:
    directory.mkdir()
    for name in ("postgres", "initdb"):
        program = directory / name
        program.write_text(f'#!/bin/sh\necho "postgres (PostgreSQL) {version}"\n')
        program.chmod(0o755)
    return directory


def test_the_named_binaries_are_used(tmp_path: Path) -> None:
    directory = fake_binaries(tmp_path / "bin", "16.4 (Debian 16.4-1)")
    found = find_binaries({"BIGLEDGER_POSTGRES_BIN": str(directory)})
    assert (found.directory, found.major) == (directory, 16)


@pytest.mark.parametrize("version", ["14.9", "nonsense"])
def test_named_binaries_that_are_too_old_are_refused(tmp_path: Path, version: str) -> None:
    directory = fake_binaries(tmp_path / "bin", version)
    with pytest.raises(EmbeddedError, match="holds no PostgreSQL 15 or later"):
        find_binaries({"BIGLEDGER_POSTGRES_BIN": str(directory)})


def test_a_directory_without_programs_has_no_version(tmp_path: Path) -> None:
    assert major_version(tmp_path) == 0


def test_a_cluster_of_another_version_is_refused(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.postgres.mkdir()
    (layout.postgres / "PG_VERSION").write_text("15\n")
    directory = fake_binaries(tmp_path / "bin", "17.2")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 15, and the one to start is 17: name the directory"):
        Postgres(layout, {"BIGLEDGER_POSTGRES_BIN": str(directory)}).prepare()


def test_letters_of_all_scripts_count_where_the_machine_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = locale.setlocale(locale.LC_CTYPE)
    assert locale_of_letters() in {"C.UTF-8", "C"}
    assert locale.setlocale(locale.LC_CTYPE) == before

    def knows_none(category: int, name: str = "") -> str:
        if name == "C.UTF-8":
            raise locale.Error
        return "POSIX"

    monkeypatch.setattr(locale, "setlocale", knows_none)
    assert locale_of_letters() == "C"


def test_an_ordinary_user_needs_no_other_one() -> None:
    assert prefix_for(None, [["false"]]) == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_closed_directory_is_passed_with_one_capability(tmp_path: Path) -> None:
    nobody = Account("nobody", 65534, 65534)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert "--ambient-caps=+dac_read_search" in prefix_for(nobody, [["ls", f"{closed}/."]])
    program = str(shutil.copy("/usr/bin/true", closed))
    assert "--ambient-caps=+dac_read_search" in prefix_for(nobody, [[program]])
    assert prefix_for(nobody, [["ls", "/"]])[-1] == "--clear-groups"
    with pytest.raises(EmbeddedError, match="the user nobody can't reach its files"):
        prefix_for(nobody, [["ls", f"{closed}/missing"]])
