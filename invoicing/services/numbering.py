"""The patterns of document numbers, and where the counters stand."""

from collections.abc import Mapping
from datetime import date

from django.db import connection, transaction

from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData
from bigledger_crm.numbering import rules
from bigledger_crm.numbering.services import lock_series, pattern_of, skip_to
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company

_NUMBERS = {
    "quote": "SELECT quote_number AS number FROM sales_quote WHERE company_id = %(company)s",
    "sales_order": "SELECT order_number AS number FROM sales_salesorder WHERE company_id = %(company)s",
    "invoice": "SELECT invoice_number AS number FROM invoicing_invoice WHERE company_id = %(company)s",
    "credit_note": "SELECT credit_note_number AS number FROM invoicing_creditnote WHERE company_id = %(company)s",
}
# Numbers that exist and that a pattern would give once more, as its series stands.
_COMING_AGAIN = """
SELECT number FROM ({numbers}) AS existing CROSS JOIN regexp_match(number, %(regex)s, 'i') AS parts
LEFT JOIN numbering_documentsequence series
ON series.company_id = %(company)s AND series.kind = %(kind)s AND series.year = {year} AND series.month = {month}
WHERE parts IS NOT NULL AND parts[{value}]::bigint > COALESCE(series.last_value, 0)
ORDER BY parts[{value}]::bigint DESC LIMIT 1
"""


def check_numbering(patterns: Mapping[str, str]) -> list[FieldError]:
    """The errors of patterns, by their kind, as they are written."""
    found = {kind: rules.check_pattern(kind, pattern) for kind, pattern in patterns.items()}
    return [FieldError((f"{kind}_pattern",), message) for kind, message in found.items() if message]


@transaction.atomic
def update_numbering(actor: Actor, patterns: Mapping[str, str], next_values: Mapping[str, int]) -> Company:
    """Sets the patterns of some kinds, and the next value of the series that today belongs to.

    No number that exists can come again, and no series goes back.  Raises PermissionDenied, InvalidData with every
    failing field: `invoice_pattern`, `invoice_next`.
    """
    actor.require("settings", "manage")
    errors = check_numbering(patterns)
    if errors:
        raise InvalidData("Numbering", errors)
    company = Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
    changes = apply_changes(company, {rules.PATTERN_SETTINGS[kind]: pattern for kind, pattern in patterns.items()})
    for kind in [kind for kind in rules.PATTERN_SETTINGS if kind in patterns or kind in next_values]:
        errors += _settle(company, kind, actor.today(), next_values.get(kind), changes)
    if errors:
        raise InvalidData("Numbering", errors)
    stored = [name for name in changes if name in rules.PATTERN_SETTINGS.values()]
    if stored:
        company.save(update_fields=stored)
    if changes:
        record(actor, "company.numbering_changed", company.pk, changes=changes)
    return company


def _settle(
    company: Company, kind: str, today: date, next_value: int | None, changes: dict[str, list[object]]
) -> list[FieldError]:
    """Sets a series forward, then looks whether the pattern can go on from there."""
    errors = []
    lasts = lock_series(kind)
    pattern = pattern_of(company, kind)
    series = rules.series_of(pattern, None if kind == "customer" else today)
    due = lasts.get(series, 0) + 1
    if next_value is not None and next_value != due:
        problem = skip_to(company, kind, series, next_value)
        if problem:
            return [FieldError((f"{kind}_next",), problem.message)]
        changes[f"{kind}_next"] = [due, next_value]
    if rules.PATTERN_SETTINGS[kind] in changes and kind in _NUMBERS:
        again = _coming_again(company, kind, pattern)
        if again:
            message = f"This would give {again} once more. Set the next number beyond it, or change the pattern"
            errors.append(FieldError((f"{kind}_pattern",), message))
    return errors


def _coming_again(company: Company, kind: str, pattern: str) -> str | None:
    """The highest number that exists and that the pattern would give once more.  Customers' counters pass over them."""
    regex, groups = rules.regex_of(pattern)

    def part(name: str) -> str:
        return f"parts[{groups[name]}]::int" if name in groups else "0"

    statement = _COMING_AGAIN.format(
        numbers=_NUMBERS[kind], year=part("year"), month=part("month"), value=groups["number"]
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": company.pk, "kind": kind, "regex": regex})
        row = cursor.fetchone()
    return str(row[0]) if row else None
