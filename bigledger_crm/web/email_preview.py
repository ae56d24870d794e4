"""Showing a mail in a frame beside the form that writes it: the very mail, without any right on the page."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bigledger_crm.outbox.message import Preview

# The mail brings its own styles; no script, no form, no request.
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_BODY = re.compile("<body[^>]*>")


def mail_response(request: HttpRequest, form: forms.Form, mail: Preview | None) -> HttpResponse:
    """The mail with its headers above it, or, without one, what stands against it in the form."""
    parts = _around_headers(mail) if mail else {}
    status = 200 if mail else 400
    response = render(request, "emails/preview.html", {"form": form, "mail": mail, **parts}, status=status)
    response["Content-Security-Policy"] = _POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


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
