"""What the apps tell the core about themselves, which knows none of them.

Each app registers what it has in its `registrations.py`, when Django starts (`AppConfig.ready`), in the order of
INSTALLED_APPS: the web server, the workers and the commands know the same.  What only pages need, and what stands in an
order of its own across the apps, is listed in `urls.py` of the project.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.functional import Promise

Text = str | Promise
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class ObjectType:
    """A kind of object that events happen to.

    `name` is the first word of the events' names; `events` are the second words of those that webhooks can ask for.
    The object's key is at place `subject` among an event's subjects.
    """

    name: str
    id_prefix: str
    events: tuple[str, ...]
    subject: int = 0
    # The name of its page's URL; "" for one without.
    page: str = ""
    # The first words of the kinds of emails about it, and the resource that somebody must be allowed to write who
    # takes such an email back or tries it again.
    emails: tuple[str, ...] = ()
    resource: str = ""
    # What pages say of events whose names don't say it, by the second word of the name.
    titles: Mapping[str, Text] = field(default_factory=dict)
    icons: Mapping[str, str] = field(default_factory=dict)
    # Whether the notes of its events are amounts.
    notes_are_amounts: bool = False
    # What a person is told who takes back an email of this kind: what sending it did to the document stays.
    after_withdrawal: Mapping[str, Text] = field(default_factory=dict)


class Registry(Generic[Entry]):
    """Entries in the order in which they were registered."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def register(self, *entries: Entry) -> None:
        """Adds entries after those that are there."""
        self._entries += entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)


object_types: Registry[ObjectType] = Registry()


def object_type(name: str) -> ObjectType | None:
    """The type of objects with this name."""
    return next((known for known in object_types if known.name == name), None)
