"""The description as it is committed, and the two pages that show it; nothing on them comes from elsewhere."""

import hashlib
from functools import cache

import msgspec
from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

# What Redoc puts into the page: an empty style sheet, which its script fills, and the one of its scrollbar.
REDOC_STYLES = [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
]


@cache
def as_yaml() -> bytes:
    """The committed description."""
    return (settings.BASE_DIR / "docs" / "openapi.yaml").read_bytes()


@cache
def as_json() -> bytes:
    """The same in JSON, which browsers read many times as fast."""
    return msgspec.json.encode(msgspec.yaml.decode(as_yaml()))


@cache
def _tag() -> str:
    return f'"{hashlib.sha256(as_yaml()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=lambda request: _tag())
def openapi_yaml(request: HttpRequest) -> HttpResponse:
    """The description."""
    return HttpResponse(as_yaml(), content_type="application/yaml; charset=utf-8")


@require_safe
@condition(etag_func=lambda request: _tag())
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The description in JSON."""
    return HttpResponse(as_json(), content_type="application/json; charset=utf-8")


@require_safe
def swagger_ui(request: HttpRequest) -> HttpResponse:
    """Reading the API and trying it out."""
    return render(request, "api/swagger_ui.html")


@require_safe
@csp_update({"style-src": REDOC_STYLES, "worker-src": [SELF, "blob:"]})
def redoc(request: HttpRequest) -> HttpResponse:
    """Reading the API on one page; its search runs in a worker of its own making."""
    return render(request, "api/redoc.html")
