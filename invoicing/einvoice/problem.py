"""What keeps a document from being accepted."""

from dataclasses import dataclass, replace

from bigledger_crm.kernel.errors import Part, Path


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that LHDN would reject: where in the facts, a stable code for programs, a message for people.

    The path has the names of invoicing.einvoice.facts, such as ("buyer", "address", "city") or ("lines", 0, "net").
    """

    path: Path
    code: str
    message: str


def at(problems: list[Problem], *path: Part) -> list[Problem]:
    """The problems of a part as those of the whole, in which it stands at `path`."""
    return [replace(problem, path=(*path, *problem.path)) for problem in problems]
