"""What the tests of this folder share."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    """Where files are stored."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"
