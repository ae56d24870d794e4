"""Showing an email in a frame beside the form that writes it: the very email, without any right on the page."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bigledger_crm.outbox.message import Preview

# The email brings its own styles, each sheet known by its hash; no script, no form, no request.
_POLICY = "sandbox; default-src 'none'; style-src {hashes}; img-src data:; frame-ancestors 'self'"
_BODY = re.compile("<body[^>]*>")
_SHEET = re.compile("<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"""<[a-z][a-z0-9]*(?:\s+[^\s=>"']+(?:\s*=\s*"[^"]*")?)*\s*/?>""", re.IGNORECASE)
_STYLE = re.compile(r'\sstyle\s*=\s*"([^"]*)"', re.IGNORECASE)


def email_response(request: HttpRequest, form: forms.Form, email: Preview | None) -> HttpResponse:
    """The email with its headers above it, or, without one, what stands against it in the form."""
    parts = _around_headers(email) if email else {}
    status = 200 if email else 400
    response = render(request, "emails/preview.html", {"form": form, "email": email, **parts}, status=status)
    page, hashes = by_sheets(response.content.decode())
    response.content = page.encode()
    response["Content-Security-Policy"] = _POLICY.format(hashes=" ".join(hashes) or "'none'")
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def by_sheets(page: str) -> tuple[str, list[str]]:
    """The page with a sheet in place of the styles of its elements, and the hashes of its sheets for the policy.

    Email programs want styles on the elements; a policy can allow those only all together.
    """
    found: dict[str, int] = {}

    def numbered(tag: re.Match[str]) -> str:
        return _STYLE.sub(lambda style: f' data-style="{found.setdefault(style[1], len(found))}"', tag[0])

    page = _TAG.sub(numbered, page)
    rules = "".join(f'[data-style="{number}"]{{{unescape(style)}}}' for style, number in found.items())
    if rules and "<" not in rules:  # nothing in a style may end the sheet
        page = page.replace("</head>", f"<style>{rules}</style></head>", 1)
    return page, [_hash(sheet) for sheet in _SHEET.findall(page)]


def _hash(sheet: str) -> str:
    return f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'"


def _around_headers(email: Preview) -> dict[str, Any]:
    body = _BODY.search(email.html)
    cut = body.end() if body else 0
    headers = [
        (_("From"), email.sender),
        (_("To"), email.to),
        (_("Cc"), email.cc),
        (_("Reply-To"), email.reply_to),
        (_("Subject"), email.subject),
        (_("Attachments"), ", ".join(email.attachments)),
    ]
    return {"before": email.html[:cut], "after": email.html[cut:], "headers": headers}
