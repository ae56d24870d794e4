"""Version 2: records whose owner is a member of their company.  Frozen."""

from django.db.migrations import RunSQL


def owner_is_member(table: str) -> RunSQL:
    """`owner_id` of `table` names a member of the row's company, and becomes NULL when the membership ends.

    Rows that are there are checked by `validate_owners`, in a later migration.
    """
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_owner_is_member" FOREIGN KEY (company_id, owner_id) '
        f"REFERENCES tenancy_membership (company_id, user_id) ON DELETE SET NULL (owner_id) NOT VALID",
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_owner_is_member"',
    )


def validate_owners(table: str) -> RunSQL:
    """Checks the owners of all rows of `table`, while others read and write."""
    return RunSQL(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{table}_owner_is_member"', RunSQL.noop)
