"""Taking personal data out of the audit trail: that something happened stays, and when, and who did it."""

from typing import Any

from django.db.models import F, Func, Q, QuerySet

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock


class _NoValues(Func):
    """A JSON object with the same names, each of which is null."""

    template = (
        "(SELECT COALESCE(jsonb_object_agg(name, NULL::text), '{}'::jsonb) "
        "FROM jsonb_object_keys(%(expressions)s) AS name)"
    )


def redact(entries: QuerySet[AuditEntry]) -> int:
    """Takes notes and values out of entries about what was erased; which fields changed stays.  Returns how many."""
    with_content = entries.filter(~Q(note="") | ~Q(changes={}))
    values: dict[str, Any] = {"note": "", "changes": _NoValues(F("changes")), "redacted_at": clock.now()}
    return AuditEntry.objects.filter(pk__in=with_content.values("pk")).update(**values)
