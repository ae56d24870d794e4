"""Rows of which several are one object: found by their keys, wherever they are in the file, and done together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import Count, Min

from bigledger_crm.imports.applying import rejected
from bigledger_crm.imports.grouping import MOST_ROWS, RowValues, errors_by_row, joined
from bigledger_crm.imports.kinds import NO_MATCH, ImportKind, RowResult, Values
from bigledger_crm.imports.models import Import, ImportRow
from bigledger_crm.imports.services.matching import DuplicateRow, duplicates, unmatched
from bigledger_crm.imports.values import path_of, reading_of, values_of
from bigledger_crm.kernel.errors import FieldError, InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.database import long_statements

# A row that says nothing of the object as such goes on with the one above it.
_KEYS = """
UPDATE imports_importrow AS row SET key = found.key FROM (
    SELECT id, left(upper(btrim(first_value(own) OVER (PARTITION BY place ORDER BY position))), 500) AS key FROM (
        SELECT id, position, coalesce(cells ->> %(match)s, '') AS own,
            count(*) FILTER (WHERE EXISTS (
                SELECT FROM unnest(%(headers)s::int[]) AS header WHERE btrim(coalesce(cells ->> header, '')) <> ''
            )) OVER (ORDER BY position) AS place
        FROM imports_importrow WHERE company_id = %(company)s AND job_id = %(job)s
    ) AS rows
) AS found WHERE row.company_id = %(company)s AND row.id = found.id
"""


def set_keys(kind: ImportKind, job: Import) -> None:
    """Notes which rows are one object."""
    fields = [kind.field(name) if name else None for name in job.mapping]
    headers = [place for place, one in enumerate(fields) if one is not None and not one.is_of_line]
    values = {
        "match": job.mapping.index(job.match_by),
        "headers": headers,
        "company": job.company_id,
        "job": job.pk,
    }
    with long_statements(), connection.cursor() as cursor:
        cursor.execute(_KEYS, values)


def next_groups(job: Import, rows: Sequence[ImportRow]) -> tuple[list[list[ImportRow]], list[ImportRow]]:
    """The objects that begin in some rows, each with all its rows; and rows of which there are too many.

    Rows of an object that began before them are done already.
    """
    keys = {row.key for row in rows if _is_of_several(row.key)}
    known = ImportRow.objects.filter(job=job, key__in=keys).values("key").order_by()
    told = {one["key"]: one for one in known.annotate(count=Count("pk"), first=Min("position"))}
    too_many = {key for key, one in told.items() if one["count"] > MOST_ROWS}
    begun = {key for key, one in told.items() if one["first"] >= rows[0].position} - too_many
    later = ImportRow.objects.filter(job=job, key__in=begun, position__gt=rows[-1].position).order_by("position")
    groups: dict[str, list[ImportRow]] = defaultdict(list)
    for row in [*rows, *(later if begun else ())]:
        if not _is_of_several(row.key):
            groups[str(row.pk)].append(row)
        elif row.key in begun:
            groups[row.key].append(row)
    return list(groups.values()), [row for row in rows if row.key in too_many]


def run_groups(
    actor: Actor, kind: ImportKind, job: Import, rows: Sequence[ImportRow]
) -> tuple[list[ImportRow], list[RowResult]]:
    """What becomes of the objects that begin in some rows: all rows that were done, and the result of each."""
    groups, too_many = next_groups(job, rows)
    done: list[ImportRow] = list(too_many)
    message = f"More than {MOST_ROWS} rows have this"
    results = [rejected(InvalidData(kind.noun, [FieldError(path_of(job.match_by), message)])) for _row in too_many]
    read = [_read(kind, job, group) for group in groups]
    wholes = [joined(found) for found in read]
    for found, whole in zip(read, wholes, strict=True):
        found[0].errors[:0] = unmatched(kind, job.match_by, whole)
    good = [place for place, found in enumerate(read) if not any(row.errors for row in found)]
    twice = _told_otherwise(kind, job, {place: (groups[place][0], wholes[place]) for place in good})
    good = [place for place in good if place not in twice]
    applied: dict[int, RowResult] = dict(
        zip(good, kind.apply(actor, [wholes[place] for place in good], job.match_by) if good else (), strict=True)
    )
    applied |= {place: rejected(DuplicateRow(line)) for place, line in twice.items()}
    for place, (group, found) in enumerate(zip(groups, read, strict=True)):
        done += group
        results += _results(kind, found, applied.get(place))
    return done, results


def _is_of_several(key: str) -> bool:
    """Whether other rows of the file can be the same object."""
    return bool(key) and not key.startswith(NO_MATCH)


def _told_otherwise(
    kind: ImportKind, job: Import, objects: Mapping[int, tuple[ImportRow, Values]]
) -> Mapping[int, int]:
    """Keys for rows without what others are matched by; the places of those about the same, with the first line."""
    places = {row.pk: place for place, (row, whole) in objects.items() if job.match_by not in whole}
    alone = [objects[place][0] for place in places.values()]
    for row in alone:
        row.key = kind.key(objects[places[row.pk]][1], job.match_by)[:500]
    return {places[row.pk]: line for row, line in duplicates(job, alone)}


def _read(kind: ImportKind, job: Import, rows: Sequence[ImportRow]) -> list[RowValues]:
    how, found = reading_of(job), []
    for row in rows:
        values: Values = {}
        errors = [FieldError((), row.problem)] if row.problem else []
        if not row.problem:
            values, errors = values_of(kind, job.mapping, row.cells, how)
        found.append(RowValues(row.line, values, errors))
    return found


def _results(kind: ImportKind, rows: Sequence[RowValues], result: RowResult | None) -> list[RowResult]:
    if result is not None and result.error is None:
        return [result] * len(rows)
    if result is not None and result.error is not None:
        return [rejected(error) for error in errors_by_row(rows, result.error)]
    wrong = next(row.line for row in rows if row.errors)
    other = FieldError((), f"Rejected together with line {wrong} of the file")
    return [rejected(InvalidData(kind.noun, row.errors or [other])) for row in rows]
