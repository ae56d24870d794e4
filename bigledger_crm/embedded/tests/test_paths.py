import os
from pathlib import Path

import pytest

from bigledger_crm.embedded import paths
from bigledger_crm.embedded.paths import SOCKET_PATH_LIMIT, Layout


def test_the_data_directory_is_var_beside_manage_py_or_the_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIGLEDGER_DATA_DIR", raising=False)
    root = paths.data_directory().parent
    assert paths.data_directory().name == "var"
    assert (root / "manage.py").exists()
    monkeypatch.setenv("BIGLEDGER_DATA_DIR", "/srv/../srv/books")
    assert paths.data_directory() == Path("/srv/books")


def test_sockets_lie_in_the_data_directory() -> None:
    layout = Layout(Path("/srv/books"))
    assert layout.postgres_sockets == Path("/srv/books/run/sockets/postgres")
    assert layout.database_url() == "postgresql://bigledger@/bigledger?host=/srv/books/run/sockets/postgres"
    assert layout.redis_url() == "unix:///srv/books/run/sockets/valkey/valkey.sock"


@pytest.mark.parametrize("name", ["b" * 120, "帳" * 30])
def test_a_long_path_gets_short_sockets(name: str) -> None:
    layout, other = Layout(Path("/srv") / name), Layout(Path("/srv") / f"{name}2")
    longest = layout.postgres_sockets / paths.POSTGRES_SOCKET
    assert len(os.fsencode(longest)) <= SOCKET_PATH_LIMIT
    assert not longest.is_relative_to(layout.data)
    assert layout.sockets == Layout(layout.data).sockets
    assert layout.sockets != other.sockets


def test_every_length_of_path_keeps_the_limit() -> None:
    for length in range(1, 150):
        layout = Layout(Path("/") / ("d" * length))
        assert len(os.fsencode(layout.postgres_sockets / paths.POSTGRES_SOCKET)) <= SOCKET_PATH_LIMIT
        assert len(os.fsencode(layout.valkey_socket)) <= SOCKET_PATH_LIMIT


def test_a_path_with_blanks_and_signs_survives_the_urls() -> None:
    layout = Layout(Path("/srv/my books & co?#"))
    assert layout.database_url().endswith("?host=/srv/my%20books%20%26%20co%3F%23/run/sockets/postgres")
    assert layout.redis_url() == "unix:///srv/my%20books%20%26%20co%3F%23/run/sockets/valkey/valkey.sock"


def test_the_mail_port_stays_the_same(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert layout.mail_port() == Layout(tmp_path).mail_port()
    assert 20_000 <= layout.mail_port() < 30_000
    layout.run.mkdir()
    layout.mail_port_file.write_text("20123")
    assert layout.mail_port() == 20123


def test_the_simulator_port_stays_the_same_too(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert layout.simulator_port() == Layout(tmp_path).simulator_port()
    assert 30_000 <= layout.simulator_port() < 32_500  # below the ports that connections begin from
    layout.run.mkdir()
    layout.simulator_port_file.write_text("30123")
    assert layout.simulator_port() == 30123


def test_short_sockets_are_the_same_for_every_user(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(Path("/srv") / ("long" * 40))
    before = layout.sockets
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert layout.sockets == before
