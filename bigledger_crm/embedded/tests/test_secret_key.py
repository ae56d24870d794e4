from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bigledger_crm.embedded.secret_key import read_or_create


def test_it_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    secret = read_or_create(path)
    assert len(secret) >= 64
    assert read_or_create(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_all_who_make_it_at_once_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(read_or_create, [path] * 64))
    assert secrets == {path.read_text()}
