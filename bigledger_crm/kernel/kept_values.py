"""Values that a process keeps while what they were made of has the same version."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Version = TypeVar("Version")
Value = TypeVar("Value")


class KeptValues(Generic[Key, Version, Value]):
    """The last used values, at most so many, each with the version that it was made of; threads share them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, tuple[Version, Value]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, version: Version) -> Value | None:
        """The value of this version; None where there is none, or one of another version."""
        with self._lock:
            found = self._values.get(key)
            if found is None or found[0] != version:
                return None
            self._values.move_to_end(key)
            return found[1]

    def keep(self, key: Key, version: Version, value: Value) -> None:
        """Keeps a value in place of any other version's."""
        with self._lock:
            self._values[key] = (version, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
