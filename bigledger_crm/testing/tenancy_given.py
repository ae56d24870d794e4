"""What the objects of the matrix of tenancy are made of."""

from dataclasses import dataclass
from typing import Any

from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from sales.inputs import LineInput


@dataclass(frozen=True)
class Given:
    """Who makes the objects, for which customer, with which lines and texts.

    `mark` or `text`, which is the mark and perhaps markup, stands in every text; what has rows has so many `rows`.
    """

    actor: Actor
    mark: str
    text: str
    rows: int
    customer: Customer
    lines: list[LineInput]

    @property
    def texts(self) -> dict[str, Any]:
        """The texts that every kind of document has."""
        texts: dict[str, Any] = dict.fromkeys(("reference", "notes", "terms"), self.text)
        return {**texts, "custom_fields": {self.mark: self.text}}
