"""What differs, and the way to find it in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bigledger_crm.kernel.money import minor_units
from bigledger_crm.tenancy.models import Company


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One fact that the books hold otherwise than they should."""

    company: str
    subject: str
    fact: str
    recorded: str
    expected: str

    def __str__(self) -> str:
        return f"{self.company}: {self.subject}: {self.fact} is {self.recorded}, should be {self.expected}"


def query(company: Company, *statements: str) -> Iterator[Discrepancy]:
    """The differences that SELECTs of (subject, fact, recorded, expected) find.

    `%(company)s` is the company's key, `%(decimals)s` the decimals of its currency.
    """
    parameters: dict[str, Any] = {"company": company.pk, "decimals": minor_units(company.currency)}
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            for subject, fact, recorded, expected in cursor:
                yield Discrepancy(company.name, subject, fact, _text(recorded), _text(expected))


def _text(value: object) -> str:
    return "nothing" if value is None else str(value)
