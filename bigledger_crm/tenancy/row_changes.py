"""Keeps the notes of changed rows few, so that their sum stays cheap."""

from django.db import connection

FEW = 50
# What is deleted and what is added have the same sum, at once; two at it delete no row twice.
_MERGE = """
WITH crowded AS (
    SELECT company_id, table_name FROM tenancy_rowchanges GROUP BY 1, 2 HAVING count(*) > %s
), gone AS (
    DELETE FROM tenancy_rowchanges r USING crowded c
    WHERE r.company_id = c.company_id AND r.table_name = c.table_name
    RETURNING r.company_id, r.table_name, r.changes
)
INSERT INTO tenancy_rowchanges (company_id, table_name, changes)
SELECT company_id, table_name, sum(changes) FROM gone GROUP BY 1, 2
"""


def merge_row_changes() -> None:
    """Makes one note of all that a company has of a table, where these are many."""
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, [FEW])
