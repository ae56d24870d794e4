"""A lifecycle is a table of allowed moves between states."""

from collections.abc import Mapping
from dataclasses import dataclass

from bigledger_crm.kernel.errors import InvalidStatusTransition


@dataclass(frozen=True)
class Lifecycle:
    """The stored states of a document and the moves between them: state -> states that may follow."""

    resource: str
    transitions: Mapping[str, tuple[str, ...]]

    @property
    def states(self) -> tuple[str, ...]:
        """Every stored state."""
        return tuple(self.transitions)

    def allowed(self, current: str) -> tuple[str, ...]:
        """The states that may follow `current`."""
        return self.transitions[current]

    def allows(self, current: str, target: str) -> bool:
        """Whether the move is in the table."""
        return target in self.transitions[current]

    def check(self, current: str, target: str) -> None:
        """Raises InvalidStatusTransition (422, with from, to, allowed) unless the move is in the table."""
        if not self.allows(current, target):
            raise InvalidStatusTransition(self.resource, current, target, self.transitions[current])
