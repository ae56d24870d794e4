"""Ids as LHDN makes them: 26 letters and digits, and longer ones for links."""

import string
from random import Random, SystemRandom

_CHARACTERS = string.digits + string.ascii_uppercase
_LENGTH, _LONG_LENGTH = 26, 40


class RandomIds:
    """Makes ids: always the same ones in a row for a seed, else unguessable ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = SystemRandom() if seed is None else Random(seed)  # noqa: S311  a seed is for tests

    def new_id(self) -> str:
        """The id of a document or a submission."""
        return self._characters(_LENGTH)

    def new_long_id(self) -> str:
        """The second part of a document's link, without which nobody can guess it."""
        return self._characters(_LONG_LENGTH)

    def new_secret(self) -> str:
        """What signs the tokens of one simulator."""
        return self._characters(_LONG_LENGTH)

    def _characters(self, count: int) -> str:
        return "".join(self._random.choices(_CHARACTERS, k=count))
