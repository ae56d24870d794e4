"""Settings whose values are in files."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured

from bigledger_crm import database_environment, environment
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.environment_files import is_given, replaced

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUT = Layout(Path("/srv/books"))


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    return tmp_path / "secret"


READERS: dict[str, tuple[str, "Callable[[], object]", object]] = {
    "SECRET_KEY": ("k" + "abcdefgh" * 5, lambda: environment.secret(LAYOUT), "k" + "abcdefgh" * 5),
    "REDIS_URL": ("redis://:pw@cache:6379/0", lambda: environment.redis_url(LAYOUT), "redis://:pw@cache:6379/0"),
    "METRICS_TOKEN": ("x" * 20, environment.metrics_token, "x" * 20),
    "DATABASE_URL": (
        "postgresql://crm:pw@db/books",
        lambda: database_environment.database(LAYOUT)["PASSWORD"],
        "pw",
    ),
    "EMAIL_URL": (
        "smtp://me:pw@mail.example.com",
        lambda: environment.mail(LAYOUT, "secret")["EMAIL_HOST_PASSWORD"],
        "pw",
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, secret_file: Path, name: str) -> None:
    text, read, expected = READERS[name]
    secret_file.write_text(f"{text}\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(secret_file))
    assert read() == expected
    assert is_given(name)
    assert replaced({f"{name}_FILE": "x", "PORT": "1"}, {name: "y"}) == {"PORT": "1", name: "y"}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("fault", ["missing", "empty", "both", "a folder", "bytes"])
def test_a_file_without_a_value_is_refused(
    monkeypatch: pytest.MonkeyPatch, secret_file: Path, name: str, fault: str
) -> None:
    text, read, _expected = READERS[name]
    if fault != "missing":
        secret_file.write_bytes({"empty": b" \n", "bytes": b"\xff\xfe"}.get(fault, text.encode()))
    monkeypatch.setenv(f"{name}_FILE", str(secret_file.parent if fault == "a folder" else secret_file))
    monkeypatch.setenv(name, text if fault == "both" else "")
    with pytest.raises(ImproperlyConfigured, match=f"{name}_FILE") as refusal:
        read()
    assert "\n" not in str(refusal.value)
    assert text not in str(refusal.value)
