"""Tampers with the books, and tells what check_books finds."""

from collections.abc import Mapping

from django.db import connection, transaction

from bigledger_crm.tenancy.models import Company
from invoicing.integrity import check_integrity


def tamper(*statements: str) -> None:
    """Runs SQL with the guards of every table off, as somebody with the owner's rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            words = statement.split()
            table = words[1] if words[0] == "UPDATE" else words[2]
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement)


def not_told(tampered: Mapping[str, tuple[str, str]], company: Company) -> dict[str, str]:
    """Of statements that tamper, each with what must be told of it: what is told instead, by their names.

    Each is tried on the same books, and undone.
    """
    wrong = {}
    for name, (statement, told) in tampered.items():
        with transaction.atomic():
            tamper(statement)
            differences = found(company)
            transaction.set_rollback(True)
        if told not in differences:
            wrong[name] = differences
    assert found(company) == "", "nothing is left of it"
    return wrong


def found(company: Company) -> str:
    return "\n".join(str(difference) for difference in check_integrity(company))
