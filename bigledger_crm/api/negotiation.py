"""Which form an answer has."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer


class LenientNegotiation(DefaultContentNegotiation):
    """The framework's choice; JSON for whoever accepts nothing that there is, since there is nothing else."""

    def select_renderer(
        self, request: Any, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and its media type."""
        choices = list(renderers)
        try:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, choices, format_suffix)
            return chosen
        except NotAcceptable:
            return choices[0], choices[0].media_type or ""
