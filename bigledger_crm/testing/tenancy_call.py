"""A call of the API and a page, as the matrix of tenancy asks for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bigledger_crm.testing.tenancy_fixtures import Fixtures

PLACE = re.compile("<str:[a-z_]+_id>")


def nothing(world: "Fixtures") -> Any:
    """No body."""
    return None


@dataclass(frozen=True)
class Call:
    """A method of a URL of the API: the status for its own company, the World's object in its path, and its body.

    `part` is the World's object in the second place of the path, which belongs to the first.
    """

    method: str
    route: str
    status: int
    object: str = ""
    body: Callable[["Fixtures"], Any] = nothing
    part: str = ""

    def path(self, public_id: str, part_id: str = "") -> str:
        """The URL for one object, below /api/v1."""
        return "/" + PLACE.sub(part_id, self.route.replace("<str:public_id>", public_id))

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@dataclass(frozen=True)
class Page:
    """A page for people who are signed in; `object` and `part` are the World's objects in its path."""

    route: str
    object: str = ""
    status: int = 200
    method: str = "GET"
    part: str = ""

    def path(self, public_id: str, part_id: str = "") -> str:
        """The URL for one object; every number in it is 0, and every name that of words that all have."""
        named = PLACE.sub(part_id, self.route.replace("<str:public_id>", public_id))
        return "/" + re.sub("<slug:[^>]+>", "invoice-en", re.sub("<int:[^>]+>", "0", named))

    def path_for(self, names: Mapping[str, str]) -> str:
        """The URL for the objects of a company, whose ids `names` has by their names."""
        return self.path(names.get(self.object, ""), names.get(self.part, ""))

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"


def form(route: str, object: str = "") -> tuple[Page, ...]:
    """A form that refuses to be empty."""
    return Page(route, object), Page(route, object, 400, "POST")
