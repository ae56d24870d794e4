"""HTML templates to PDF.  The only place that knows WeasyPrint."""

import hashlib
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NoReturn

from django.template.loader import get_template, render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

STYLESHEET = "pdf/print.css"
_one_at_a_time = threading.Lock()  # the font map below must not be used by two threads at once


class FetchRefused(ValueError):
    """Something in a document asked for a resource from outside."""


class NothingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves no address at all, so that no text in a document can read a file or reach the network."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:
        """Refuses."""
        raise FetchRefused(f"Documents load nothing from outside: {url[:200]}")


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _stylesheet() -> CSS:
    return CSS(string=render_to_string(STYLESHEET), font_config=_fonts(), url_fetcher=NothingFetcher())


def render(template: str, context: Mapping[str, Any], moment: datetime) -> bytes:
    """The PDF of a template.  The same template, context and moment give the same bytes on the same machine."""
    markup = get_template(template).render({**context, "moment": moment.isoformat(timespec="seconds")})
    identifier = hashlib.sha256(markup.encode()).hexdigest()[:32].encode()
    with _one_at_a_time:
        page = HTML(string=markup, url_fetcher=NothingFetcher())
        content: bytes = page.write_pdf(stylesheets=[_stylesheet()], font_config=_fonts(), pdf_identifier=identifier)
    return content
