"""What an operation answers, for `@extend_schema(responses=…)` beside its handler."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bigledger_crm.kernel.errors import DomainError

JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """The success and the refusals of one method of one URL.

    `gives` is the ApiStruct of `data` in the answer (of a row, for a list); `media_types` are those of other answers.
    `files` are the media types that `Accept` can ask for instead of JSON.
    `conditional` says that a GET outside `retrieve` knows If-None-Match.
    `refuses` are the rules of the business that can stand against it; what every URL can answer isn't named.
    """

    gives: Any = None
    status: int = 200
    refuses: Sequence[type[DomainError]] = ()
    media_types: Sequence[str] = (JSON,)
    files: Sequence[str] = ()
    conditional: bool = False
