"""Tables that grow from nothing to much in one transaction."""

from django.db import connection

from bigledger_crm.company_archive.kinds import Kind

_FIRST_LOOK = 100  # rows
_LARGE = 16 * 1024**2  # bytes


class GrowingTable:
    """A table and that of its lines, of which the planner must know how large they are meanwhile.

    Plans of foreign keys, guards and checks that were made for an empty table read all of it for each row.  A table
    that was large before needs nothing: the lock of ANALYZE, which keeps vacuum away, lasts until the import ends.
    """

    def __init__(self, kind: Kind, below: Kind | None) -> None:
        self._tables = [one.table for one in (kind, below) if one is not None]
        self._rows, self._next = 0, _FIRST_LOOK
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_relation_size(%s::regclass)", [kind.table])
            (size,) = cursor.fetchone()
        self._is_known = size >= _LARGE

    def by(self, rows: int) -> None:
        """So many rows were added."""
        self._rows += rows
        if self._rows >= self._next:
            self._next = self._rows * 4
            self.done()

    def done(self) -> None:
        """Looks at the tables, for the plans that follow."""
        if not self._is_known:
            with connection.cursor() as cursor:
                for table in self._tables:
                    cursor.execute(f'ANALYZE "{table}"')
