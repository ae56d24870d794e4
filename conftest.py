"""Settings that hold for every test."""

from django.conf import settings

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_configure() -> None:
    """Templates name static files as they are: tests run without collectstatic."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
