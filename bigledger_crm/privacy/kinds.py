"""Whose data can be asked for: the apps register the kinds of people that they know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bigledger_crm.privacy.contents import Part
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.registry import Registry, Text


@dataclass(frozen=True)
class PersonKind:
    """A kind of people.

    `find` gives the row with a public id, as pages name it, and raises NotFound; `load` gives whom an archive is about,
    and None for one that is gone; `parts` is all that is kept about one.  They are called inside the company's scope.
    """

    name: str
    label: Text
    find: Callable[[str], Any]
    load: Callable[[PersonArchive], Any]
    parts: Callable[[Any], Iterable[Part]]
    # The name of the page of one, which its public id completes.
    page: str


person_kinds: Registry[PersonKind] = Registry()
