"""What the API takes for sending a document by email."""

from collections.abc import Mapping
from typing import Any

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from sales.services import EmailOptions


class SendInput(StrictSerializer):
    """An email with a document."""

    to = fields.TextListField(required=False, allow_null=True)
    cc = fields.TextListField(required=False, allow_null=True)
    subject = fields.TextField()
    message = fields.TextField(max_length=20_000)
    attach_pdf = fields.FlagField(required=False)


def email_options(values: Mapping[str, Any]) -> EmailOptions:
    """The email that a SendInput asks for."""
    return EmailOptions(
        to=values.get("to"),
        cc=values.get("cc") or (),
        subject=values.get("subject") or None,
        message=values.get("message") or None,
        attach_pdf=values.get("attach_pdf", True),
    )
