"""HTML templates to PDF.  The only place that knows WeasyPrint."""

import contextlib
import gc
import hashlib
import re
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NoReturn
from xml.etree import ElementTree

import pydyf
from cssselect2 import ElementWrapper
from django.conf import settings
from django.template.loader import get_template, render_to_string
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from bigledger_crm import metrics
from bigledger_crm.documents import storage
from bigledger_crm.documents.qr_codes import qr_svg
from bigledger_crm.kernel.errors import Unavailable

STYLESHEET = "print.css"
LOGO, QR, EINVOICE_QR, CHART = "logo:", "qr:", "einvoice-qr:", "chart:"
LONGEST_WAIT = 30.0
# What XML can't hold and no font shows.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_one_at_a_time = threading.Lock()  # the font map below must not be used by two threads at once


class FetchRefused(ValueError):
    """Something in a document asked for a resource from outside."""


class NothingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves no URL at all, so that no text in a document can read a file or reach the network."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:
        """Refuses."""
        raise FetchRefused(f"Documents load nothing from outside: {url[:200]}")


class ImageFetcher(NothingFetcher):
    """Serves the company's logo, QR codes and a chart, and nothing else.

    `codes` are the texts of the QR codes by URL; the `chart` is SVG.
    """

    def __init__(self, logo: bytes, codes: Mapping[str, str], chart: str) -> None:
        super().__init__()
        self.logo, self.codes, self.chart = logo, codes, chart

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The image.  Refuses everything else."""
        if url == LOGO and self.logo:
            return URLFetcherResponse(url, self.logo, {"Content-Type": "image/png"})
        if code := self.codes.get(url):
            return URLFetcherResponse(url, qr_svg(code), {"Content-Type": "image/svg+xml"})
        if url == CHART and self.chart:
            return URLFetcherResponse(url, self.chart.encode(), {"Content-Type": "image/svg+xml"})
        return super().fetch(url, headers)


class Markup(HTML):  # type: ignore[misc]  # WeasyPrint has no types
    """A document in well-formed markup, whose looks are the style sheet's alone.

    Parsed by expat, and without the rules that WeasyPrint has for elements that no template of ours has: a fifth of
    the time that a short document takes.
    """

    def __init__(
        self, markup: str, logo: bytes = b"", codes: Mapping[str, str] = MappingProxyType({}), chart: str = ""
    ) -> None:
        self.base_url = None
        self.url_fetcher = ImageFetcher(logo, codes, chart)
        self.media_type = "print"
        root = ElementTree.fromstring(_NO_XML.sub("", markup))  # noqa: S314 our own templates, which escape
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


class Written(pydyf.Object):  # type: ignore[misc]  # pydyf has no types
    """A part of a PDF whose bytes stand: pydyf asks for them twice, for the file and for its identifier."""

    data = b""
    compressible = False

    def __init__(self, part: pydyf.Object) -> None:
        super().__init__()
        self.number, self.data, self.compressible = part.number, part.data, part.compressible


def write_once(_document: Document, made: pydyf.PDF) -> None:
    """Puts the written parts of a PDF in the place of the parts."""
    made.objects = [part if part.free == "f" else Written(part) for part in made.objects]


@contextlib.contextmanager
def _a_turn() -> Iterator[None]:
    """One PDF at a time in each process.  Raises Unavailable for who would wait too long."""
    if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
        raise Unavailable("Too many PDFs are being created at the moment; try again shortly")
    try:
        yield
    finally:
        _one_at_a_time.release()


@contextlib.contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Boxes and styles are many and live to the end of a rendering: to look through them again and again is in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _stylesheet(folder: str = "pdf") -> CSS:
    return CSS(string=render_to_string(f"{folder}/{STYLESHEET}"), font_config=_fonts(), url_fetcher=NothingFetcher())


@lru_cache(maxsize=64)
def _look(size: str, accent: str) -> CSS:
    """A company's own: its paper size and its colour, which the database holds to `#rrggbb`."""
    colour = (
        f"h1 {{ color: {accent} }} .lines thead th, .totals .grand * {{ border-color: {accent} }}" if accent else ""
    )
    return CSS(string=f"@page {{ size: {size} }} {colour}", font_config=_fonts(), url_fetcher=NothingFetcher())


def _variant() -> dict[str, Any]:
    """Tagged for screen readers (PDF/UA-1), or for archives as well (PDF/A-3a, which is tagged too)."""
    return {"pdf_variant": "pdf/a-3a" if settings.PDF_ARCHIVE else "pdf/ua-1"}


def _codes(context: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the QR codes: the payment's, and the link to LHDN's page of an accepted e-invoice."""
    return {QR: context.get("qr_code", ""), EINVOICE_QR: context.get("einvoice", {}).get("link", "")}


def markup(template: str, context: Mapping[str, Any], moment: datetime) -> str:
    """The filled-in template."""
    return get_template(template).render({**context, "moment": moment.isoformat(timespec="seconds")})


def render(template: str, context: Mapping[str, Any], moment: datetime) -> bytes:
    """The PDF of a template.  The same template, context and moment give the same bytes on the same machine."""
    text = markup(template, context, moment)
    identifier = hashlib.sha256(text.encode()).hexdigest()[:32].encode()
    with _a_turn(), _no_search_for_cycles():
        began = time.monotonic()
        look = context.get("look") or {}
        logo = storage.read(look["logo"]) if look.get("logo") else b""
        sheets = [_stylesheet(template.rpartition("/")[0])]
        if look:
            sheets.append(_look(look.get("paper_size") or "A4", look.get("accent_color") or ""))
        content: bytes = Markup(text, logo, _codes(context), context.get("chart", "")).write_pdf(
            stylesheets=sheets, font_config=_fonts(), pdf_identifier=identifier, finisher=write_once, **_variant()
        )
        metrics.pdf_rendered(template.rpartition("/")[2].partition(".")[0], time.monotonic() - began)
    return content
