"""Fixtures of the tests of accounts."""

import pytest
from django.core.cache import cache


@pytest.fixture
def nothing_counted(db: None) -> None:
    """Limits of other tests are forgotten with their database; what the cache keeps is in it."""
    cache.clear()
