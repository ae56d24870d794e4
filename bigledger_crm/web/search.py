"""Search over everything.  The project lists the apps' finders as `finders` in the root URL configuration."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from bigledger_crm.kernel.text import clean_line, fold
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import StatusBadge, Text
from bigledger_crm.web.from_project import from_project

_Row = TypeVar("_Row", bound=Model)
# What the trigram indexes can find; a shorter text is found at the beginning of customers' names only.
SHORTEST = 3
_LONGEST = 100
# Fewer digits are part of a number or a price, hardly of a telephone number.
_PHONE_DIGITS = 5


@dataclass(frozen=True)
class SearchQuery:
    """What a person looks for: all of these folded words, or a telephone number with these digits.

    `start` is the whole folded text, for names that begin with it.
    """

    start: str
    words: tuple[str, ...]
    digits: str

    def within(self, column: str) -> Q | None:
        """Rows whose folded text has all the words; None when no index could find them."""
        return Q(*(Q(**{f"{column}__contains": word}) for word in self.words)) if self.is_findable else None

    @property
    def is_findable(self) -> bool:
        """Whether an index can find one of the words."""
        return any(len(word) >= SHORTEST for word in self.words)


@dataclass(frozen=True)
class SearchResult:
    """Something found; its page has the name `page` and the object's public id in its URL."""

    title: str
    page: str
    public_id: str
    note: Text = ""
    amount: str = ""
    badge: StatusBadge | None = None

    @property
    def href(self) -> str:
        """The URL of its page."""
        return reverse(self.page, args=[self.public_id])


@dataclass(frozen=True)
class SearchProvider:
    """Finds things of one kind for those who may read the resource; `all_at` is the name of their list's URL."""

    label: Text
    resource: str
    find: Callable[[SearchQuery, Actor, int], list[SearchResult]]
    icon: str
    all_at: str = ""


@dataclass(frozen=True)
class SearchGroup:
    """What one finder found; `more` when there is more than is shown."""

    finder: SearchProvider
    hits: Sequence[SearchResult]
    more: bool


def read_query(text: str) -> SearchQuery | None:
    """What a typed text asks for; None for nothing."""
    start = fold(clean_line(text)[:_LONGEST])
    # A national number is written with a zero in front, an international one with a plus: neither is in the other.
    digits = re.sub(r"\D", "", start).lstrip("0") if re.fullmatch(r"[+()\d\s./-]+", start) else ""
    return SearchQuery(start, tuple(start.split()), digits if len(digits) >= _PHONE_DIGITS else "") if start else None


def search(actor: Actor, wanted: SearchQuery, limit: int) -> list[SearchGroup]:
    """What every finder finds that the actor may use, at most `limit` of each kind, kinds without hits left out."""
    finders: Sequence[SearchProvider] = from_project("finders", ())
    found = [
        (finder, finder.find(wanted, actor, limit + 1)) for finder in finders if actor.may(finder.resource, "read")
    ]
    return [SearchGroup(finder, hits[:limit], len(hits) > limit) for finder, hits in found if hits]


def newest(rows: QuerySet[_Row], condition: Q | None, limit: int) -> list[_Row]:
    """The newest rows that fulfil a condition; none for None."""
    return [] if condition is None else list(rows.filter(condition).order_by("-created_at", "-pk")[:limit])
