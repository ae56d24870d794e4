"""What the project lists in its root URL configuration beside the URLs, such as the navigation."""

from typing import TypeVar, cast

from django.conf import settings
from django.urls import get_resolver

Entry = TypeVar("Entry")


def from_project(name: str, default: Entry) -> Entry:
    """What the root URL configuration has under a name; the default where it has nothing."""
    return cast("Entry", getattr(get_resolver(settings.ROOT_URLCONF).urlconf_module, name, default))
