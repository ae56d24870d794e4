"""What a field suggestions while one types into it; `static/js/combobox.js` asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse

from bigledger_crm.web.components import Text
from bigledger_crm.web.search import SearchQuery, read_query
from bigledger_crm.web.views import CompanyView

LIMIT = 10


@dataclass(frozen=True)
class Suggestion:
    """One thing to choose: `value` goes into the field, `fills` into the fields beside it that are empty.

    Whoever types `exact`, in whatever letters, means it; by default that is its value.
    """

    value: str
    title: str
    note: Text = ""
    amount: str = ""
    fills: Mapping[str, str] = field(default_factory=dict)
    exact: str = ""


class AutocompleteView(CompanyView):
    """The options of a field for the text in `q`."""

    def suggestions(self, wanted: SearchQuery | None) -> Sequence[Suggestion]:
        """At most LIMIT of them; for None the first ones."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        """A list, to be put under the field."""
        suggestions = self.suggestions(read_query(request.GET.get("q", "")))
        return self.page("components/suggestions.html", suggestions=suggestions)
