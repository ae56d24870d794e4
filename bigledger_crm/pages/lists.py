"""Lists by keyset: every page costs what the first one costs, however long the list is."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from bigledger_crm.filtering import ListFilters
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.pages.components import Column, Move, Text, make_table
from bigledger_crm.pages.views import CompanyView

PAGE_SIZE = 50
_SALT = "bigledger_crm.pages.lists"


class ListPage(CompanyView):
    """A list of a company's rows, with search, filter chips, sorting and a pager.

    `filters` are those of the API's list, by the same names.  `sorts` maps a sort's name to a column without NULLs;
    `default_sort` may begin with a minus.
    """

    title: ClassVar[Text]
    sorts: ClassVar[dict[str, str]]
    default_sort: ClassVar[str]
    chips: ClassVar[Sequence[tuple[str, Text]]] = ()
    filters: ClassVar[type[ListFilters]] = ListFilters
    search_label: ClassVar[Text] = ""
    empty_title: ClassVar[Text]
    empty_text: ClassVar[Text]
    create: ClassVar[Move | None] = None

    def columns(self) -> Sequence[Column]:
        """The list's columns."""
        raise NotImplementedError

    def rows(self, chip: str, search: str) -> QuerySet[Any]:
        """The rows under a chip ("" for all) that match a search ("" for any)."""
        raise NotImplementedError

    def lead(self) -> Text:
        """A line under the title."""
        return ""

    def href(self, row: Any) -> str:
        """The page of a row."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page of the list that `after`, `sort`, `show` and `q` ask for."""
        chip, search = request.GET.get("show", ""), clean_line(request.GET.get("q", ""))
        if chip and chip not in dict(self.chips):
            raise Http404("No such filter")
        sort = request.GET.get("sort") or self.default_sort
        if sort.removeprefix("-") not in self.sorts:
            raise Http404("No such sorting")
        filters = self.filters(request.GET.dict(), self.rows(chip, search), company=self.actor.company)
        if filters.problems():
            raise Http404("No such filter")
        queryset = filters.qs
        rows, total, after = _page(queryset, self.sorts[sort.removeprefix("-")], sort, request.GET.get("after", ""))
        return self.page(
            "layout/list.html",
            list_page=self,
            title=self.title,
            lead=self.lead(),
            table=make_table(self.columns(), rows, self.href, sort),
            narrowed=self._narrowed(),
            chip=chip,
            search=search,
            total=total,
            after=after,
            create_move=self.create if self.actor.may(self.resource, "write") else None,
            is_first="after" not in request.GET,
        )

    def _narrowed(self) -> list[tuple[str, str, str]]:
        """What each filter that is given says, its value, and the query without it."""
        found = []
        for name, one in self.filters.base_filters.items():
            if value := self.request.GET.get(name):
                rest = self.request.GET.copy()
                rest.pop(name)
                rest.pop("after", None)
                found.append((one.about, value, f"?{rest.urlencode()}"))
        return found


def _page(queryset: QuerySet[Any], column: str, sort: str, cursor: str) -> tuple[list[Any], int, str]:
    """The rows after `cursor`, the total, and the cursor of the next page ("" when there is none)."""
    minus, direction = ("-", "lt") if sort.startswith("-") else ("", "gt")
    if cursor:
        value, pk, total = _read_cursor(queryset.model, column, sort, cursor)
        beyond = Q(**{f"{column}__{direction}": value}) | Q(**{f"pk__{direction}": pk})
        page = queryset.filter(beyond, **{f"{column}__{direction}e": value})
    else:
        total = queryset.count()
        page = queryset
    rows = list(page.order_by(f"{minus}{column}", f"{minus}pk")[: PAGE_SIZE + 1])
    if len(rows) <= PAGE_SIZE:
        return rows, total, ""
    rows.pop()
    last = rows[-1]
    field = last._meta.get_field(column)
    return rows, total, signing.dumps([sort, field.value_to_string(last), str(last.pk), total], salt=_SALT)


def _read_cursor(model: type[Model], column: str, sort: str, cursor: str) -> tuple[Any, str, int]:
    try:
        cursor_sort, value, pk, total = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature as error:
        raise Http404("No such page") from error
    if cursor_sort != sort:
        raise Http404("No such page")
    field: Any = model._meta.get_field(column)
    return field.to_python(value), pk, total
