"""The answer to OPTIONS."""

from typing import Any

from rest_framework.metadata import BaseMetadata


class AllowedMethods(BaseMetadata):
    """The methods of a URL; what they take is told by the OpenAPI description."""

    def determine_metadata(self, request: Any, view: Any) -> Any:
        """`{"allow": ["GET", …]}`."""
        return {"allow": view.allowed_methods}
