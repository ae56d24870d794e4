"""The search over everything: a page, and with JavaScript the command palette."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.text import clean_line, fold
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Text
from bigledger_crm.web.from_project import from_project
from bigledger_crm.web.htmx import wanted_part
from bigledger_crm.web.navigation import Link, commands_for, links_for, settings_for
from bigledger_crm.web.search import SHORTEST, read_query, search
from bigledger_crm.web.timeline import EventObject
from bigledger_crm.web.views import CompanyView

ON_PAGE, IN_PALETTE = 20, 5


class SearchView(CompanyView):
    """What is found for `q`: in the palette with the commands whose names, or what they are for, have its words."""

    partials = {"palette-results": "pages/search.html#results"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Hits by their kind."""
        text = clean_line(request.GET.get("q", ""))
        wanted = read_query(text)
        in_palette = wanted_part(request) in self.partials
        found = search(self.actor, wanted, IN_PALETTE if in_palette else ON_PAGE) if wanted else []
        return self.page(
            "pages/search.html",
            title=_("Search"),
            text=text,
            found=found,
            commands=self._commands(text) if in_palette else [],
            recent=_recent(self.actor) if in_palette and not text else [],
            is_short=wanted is not None and all(len(word) < SHORTEST for word in wanted.words),
        )

    def _commands(self, text: str) -> list[Link]:
        groups = [*links_for(self.actor, ""), *settings_for(self.actor)]
        pages = {link.href: link for _, links in groups for link in links}.values()
        words = fold(text).split()
        found = [*commands_for(self.actor), *pages]
        named = [link for link in found if _has_all(words, link.label)]
        return named + [link for link in found if link not in named and _has_all(words, f"{link.label} {link.about}")]


def _has_all(words: Sequence[str], text: Text) -> bool:
    return all(word in fold(str(text)) for word in words)


def _recent(actor: Actor) -> Sequence[EventObject]:
    """What the actor worked on last; the root URL configuration names who knows it as `recent`."""
    recent: Callable[[Actor], Sequence[EventObject]] | None = from_project("recent", None)
    return recent(actor) if recent else ()
