"""What the API takes for emails."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.outbox.email_actions import RETRYABLE


class EmailRetryInput(StrictSerializer):
    """Which emails are tried again: those in a state that were written in a span of time."""

    status = fields.TextField()
    created_after = fields.MomentField(required=False)
    created_before = fields.MomentField(required=False)

    def rule_errors(self, values: Mapping[str, Any]) -> list[FieldError]:
        """A state in which trying again makes sense, and a span that has a length."""
        errors: list[FieldError] = []
        first, last = values.get("created_after"), values.get("created_before")
        if isinstance(first, datetime) and isinstance(last, datetime) and first > last:
            errors += field_error("created_before", "Must not be before createdAfter")
        if values.get("status", "") not in ("", *RETRYABLE):
            errors += field_error("status", f"Must be one of: {', '.join(RETRYABLE)}")
        return errors
