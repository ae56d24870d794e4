"""Answers to htmx: parts of pages instead of pages, and redirects that the whole browser follows."""

from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponseRedirectBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

DIALOG = "dialog-body"


class HtmxRequest(HttpRequest):
    """A request after django-htmx's middleware."""

    htmx: HtmxDetails


def htmx_of(request: HttpRequest) -> HtmxDetails:
    """What htmx says about the request; false for a request that the browser made itself."""
    return cast("HtmxRequest", request).htmx


def wanted_part(request: HttpRequest) -> str:
    """The id of the element that htmx will fill with the answer; "" when a whole page is wanted."""
    htmx = htmx_of(request)
    return (htmx.target or "") if htmx and not htmx.boosted and not htmx.history_restore_request else ""


def status_for(request: HttpRequest, status: int) -> int:
    """The status of a form, or of the fields of a list, that is shown again with what is wrong.

    A browser takes every 4xx that a script gets for an error and writes it into its console.  People are meant to see
    the form, so to htmx it is an answer like others; a page in its place, such as 403 or 404, stays an error.
    """
    return HTTPStatus.OK if htmx_of(request) else status


def for_htmx(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response as htmx needs it: of a redirect, it would draw the page at its end into the part."""
    if isinstance(response, HttpResponseRedirectBase) and htmx_of(request):
        told = HttpResponseClientRedirect(response.url)
        told.cookies = response.cookies
        return told
    return response


def mark_as_personal(response: HttpResponseBase) -> None:
    """Keeps pages out of shared caches, and a part of a page from being taken for the page."""
    patch_vary_headers(response, ("Cookie", "HX-Request", "HX-Target"))
    patch_cache_control(response, private=True, no_cache=True)
