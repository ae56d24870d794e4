"""URLs of viewsets: no trailing slash, path converters instead of regular expressions, no page of the root."""

from typing import Any

from rest_framework.routers import SimpleRouter


class ApiRouter(SimpleRouter):
    """The framework's router for URLs such as `quotes/{public_id}/send`."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)

    def register(self, prefix: str, viewset: Any, basename: str | None = None) -> None:
        """Adds a viewset; several may share a prefix, each with actions of its own."""
        super().register(prefix, viewset, basename or viewset.__name__)
