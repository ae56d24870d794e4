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


def mail_response(request: HttpRequest, form: forms.Form, mail: Preview | None) -> HttpResponse:
    """The email with its headers above it, or, without one, what stands against it in the form."""
    parts = _around_headers(mail) if mail else {}
    status = 200 if mail else 400
    response = render(request, "emails/preview.html", {"form": form, "mail": mail, **parts}, status=status)
    page, hashes = by_sheets(response.content.decode())
    response.content = page.encode()
    response["Content-Security-Policy"] = _POLICY.format(hashes=" ".join(hashes) or "'none'")
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def by_sheets(page: str) -> tuple[str, list[str]]:
    """The page with a sheet in place of the styles of its elements, and the hashes of its sheets for the policy.

    Mail programs want styles on the elements; a policy can allow those only all together.
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


def _around_headers(mail: Preview) -> dict[str, Any]:
    body = _BODY.search(mail.html)
    cut = body.end() if body else 0
    headers = [
        (_("From"), mail.sender),
        (_("To"), mail.to),
        (_("Cc"), mail.cc),
        (_("Reply-To"), mail.reply_to),
        (_("Subject"), mail.subject),
        (_("Attachments"), ", ".join(mail.attachments)),
    ]
    return {"before": mail.html[:cut], "after": mail.html[cut:], "headers": headers}
