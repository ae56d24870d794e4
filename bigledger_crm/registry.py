"""What the apps tell the core about themselves, which knows none of them.

Each app registers what it has in its `registrations.py`, when Django starts (`AppConfig.ready`), in the order of
INSTALLED_APPS: the web server, the workers and the commands know the same.  What only pages need, and what stands in an
order of its own across the apps, is listed in `urls.py` of the project.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from django.utils.functional import Promise

Text = str | Promise


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
    # withdraws such an email or tries it again.
    emails: tuple[str, ...] = ()
    resource: str = ""
    # What pages say of events whose names don't say it, by the second word of the name.
    titles: Mapping[str, Text] = field(default_factory=dict)
    icons: Mapping[str, str] = field(default_factory=dict)
    # Whether the notes of its events are amounts.
    notes_are_amounts: bool = False
    # So many of them that are open, in words; of those that members own.
    counted: Callable[[int], Text] | None = None
    # What a person is told who takes back an email of this kind: what sending it did to the document stays.
    after_withdrawal: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class EmailContent:
    """A subject and a text, each perhaps with placeholders, and once it is written the figure that it is about."""

    subject: str
    body: str
    figure: str = ""
    figure_note: str = ""


@dataclass(frozen=True)
class EmailKind:
    """A kind of email with a document."""

    name: str
    label: Text
    # What it says in each language until a company writes its own texts.
    texts: Mapping[str, EmailContent]
    # What the texts may name, and how long that can get.
    placeholders: Mapping[str, int]
    # What the placeholders stand for in a sample: the document's number and, but for days, what not every kind has.
    sample_number: str
    samples: Mapping[str, str] = field(default_factory=dict)
    # The placeholder whose figure stands large above the text, and in each language the words under it.
    figure: str = ""
    figure_notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EmailFile:
    """The file of an email."""

    filename: str
    content: bytes
    content_type: str = "application/pdf"


class NothingToAttach(Exception):
    """The file of an email can't be made any more, for the reason that the exception says: the email is withdrawn."""


@dataclass(frozen=True)
class EmailAttachment:
    """Emails whose file is made when they are sent: those whose kind begins with the word `name`.

    `make` takes the email's key, outside transactions and in the scope of its company.  It may raise NothingToAttach.
    """

    name: str
    make: Callable[[UUID], EmailFile]


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that is printed."""

    name: str

    @property
    def template(self) -> str:
        """What its PDFs are made of."""
        return f"pdf/{self.name}.html"


@dataclass(frozen=True)
class FieldedKind:
    """A kind of objects that can have custom fields, by the name of its resource in the API.

    `model`, such as `app.Model`, has the values in its JSON column `custom_fields`, and the triggers of
    `custom_fields/migration_operations` on its table.  Of documents, which are printed, fields can be shown on PDFs.
    """

    name: str
    label: Text
    model: str
    is_printed: bool = False


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Entry = TypeVar("Entry", bound=_Named)


class Registry(Generic[Entry]):
    """Entries by their names, in the order in which they were registered."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def register(self, *entries: Entry) -> None:
        """Adds entries after those that are there.  Raises ValueError for a name that is taken."""
        for entry in entries:
            if entry.name in self._entries:
                raise ValueError(f"{entry.name} is registered already")
            self._entries[entry.name] = entry

    def get(self, name: str) -> Entry | None:
        """The entry with this name."""
        return self._entries.get(name)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())


object_types: Registry[ObjectType] = Registry()
email_kinds: Registry[EmailKind] = Registry()
email_attachments: Registry[EmailAttachment] = Registry()
document_kinds: Registry[DocumentKind] = Registry()
fielded_kinds: Registry[FieldedKind] = Registry()
