"""Why something is suggested for a bank transaction, as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# In the order in which suggestions are shown.
REASONS = ("reference", "invoice_number", "recorded", "amount_equal", "adds_up", "known_payer")


@dataclass(frozen=True, slots=True)
class Reason:
    """A `code` of REASONS with what it is about: the numbers of invoices, a day, or who paid for whom before.

    `others` is on how many other invoices the same amount is due.
    """

    code: str
    numbers: tuple[str, ...] = ()
    day: date | None = None
    payer: str = ""
    customer: str = ""
    others: int = 0

    @property
    def message(self) -> str:
        """The reason as a sentence."""
        numbers, many = _listed(self.numbers), len(self.numbers) > 1
        match self.code:
            case "reference" if many:
                return f"The text has the payment references of {numbers}."
            case "reference":
                return f"The text has the payment reference of {numbers}."
            case "invoice_number" if many:
                return f"The text has the numbers {numbers}."
            case "invoice_number":
                return f"The text has the number {numbers}."
            case "amount_equal" if self.others:
                return f"The amount is what is due on {numbers}, but also on other invoices."
            case "amount_equal":
                return f"The amount is what is due on {numbers}."
            case "adds_up":
                return f"What is due on {numbers} adds up to the amount."
            case "known_payer":
                return f"{self.payer} has paid for {self.customer} before."
        return f"This amount was recorded by hand for {self.day:%d %b %Y}."


def _listed(numbers: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(numbers[:-1]), *numbers[-1:])))
