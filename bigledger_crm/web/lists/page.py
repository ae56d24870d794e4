"""The page of a list: a table declaration, a filter set and a few words."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.filtering import SearchFilter
from bigledger_crm.filtering.keyset import in_order
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.text import clean_line, fold
from bigledger_crm.tenancy import security
from bigledger_crm.web.components import Action, Column, Text, make_table
from bigledger_crm.web.htmx import status_for
from bigledger_crm.web.lists import saved_views
from bigledger_crm.web.lists.bulk import (
    BulkAction,
    chosen_rows,
    do_to_each,
    obstacle_columns,
    outcome_columns,
    split,
    told,
)
from bigledger_crm.web.lists.export import FORMATS, FileFormat
from bigledger_crm.web.lists.narrowing import NarrowedMixin
from bigledger_crm.web.lists.paging import CEILING, counts_of, slice_of

# What a list's URL says beside its state.
_PASSING = ("after", "row", "do", "export", "page", "all")
_BY_TEXT = SearchFilter(about="")


class ListPage(NarrowedMixin):
    """A list of a company's rows, with search, chips, filters, sorting, saved views, a pager, bulk actions and files.

    Columns with a name can be hidden; see `Column`.
    """

    template: ClassVar[str] = "pages/list.html"
    partials = {"list": "pages/list.html#list"}
    only_reads = True
    verb = "read"  # what is written here is a person's own; bulk actions ask for more
    write_verb: ClassVar[str] = "write"  # of what a row is made by, and views are shared
    title: ClassVar[Text]
    chips: ClassVar[Sequence[tuple[str, Text]]] = ()
    search_label: ClassVar[Text] = ""
    bulk: ClassVar[Sequence[BulkAction]] = ()
    formats: ClassVar[Mapping[str, FileFormat]] = FORMATS
    empty_title: ClassVar[Text]
    empty_text: ClassVar[Text]
    create: ClassVar[Action | None] = None

    def columns(self) -> Sequence[Column]:
        """The list's columns."""
        raise NotImplementedError

    def all_rows(self) -> QuerySet[Any]:
        """Every row of the list, with what its columns show."""
        raise NotImplementedError

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """The rows under a chip."""
        return rows.filter(status=chip)

    def read_more(self, rows: Sequence[Any]) -> None:
        """Reads at once what the columns tell of the rows of a page beyond the rows themselves."""

    def href(self, row: Any) -> str:
        """The page of a row."""
        raise NotImplementedError

    def bulk_actions(self) -> Sequence[BulkAction]:
        """What can be done to chosen rows."""
        return self.bulk

    def may_do(self, action: BulkAction) -> bool:
        """Whether the actor is offered a bulk action."""
        return self.actor.may(action.resource, action.verb)

    def more(self) -> Mapping[str, Any]:
        """What a template of the list's own needs beside the list."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page that the URL asks for, the list as a file, or what a bulk action is going to do."""
        if kind := request.GET.get("export"):
            return self._file(kind)
        if name := request.GET.get("do"):
            return self._ask_for(self._action(name))
        return self.show_list()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Does a bulk action, or keeps how the person wants to see the list."""
        if name := request.POST.get("do"):
            return self._do(self._action(name))
        try:
            notice = saved_views.change(
                self.actor, request.path, urlencode(self.state), self.columns(), request.POST, may_share=self.may_share
            )
        except InvalidData as error:
            return self.show_list(status=400, view_error=error.errors[0].message)
        if notice:
            messages.success(request, notice)
        return HttpResponseRedirect(self.link())

    def show_list(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """The list."""
        rows, _words = self.whole()
        page = slice_of(rows, self.order, self.sort, self.request.GET.get("after", ""))
        self.read_more(page.rows)
        preferences = saved_views.preferences_for(self.actor, self.request.path)
        columns = self.columns()
        shown = saved_views.shown_columns(columns, preferences)
        doable = [action for action in self.bulk_actions() if self.may_do(action)]
        return self.page(
            self.template,
            status=status_for(self.request, 400) if self.narrowed.problems else status,
            list_page=self,
            table=make_table(shown, page.rows, self.href, self.sort, [row.public_id for row in page.rows]),
            chip=self.chip,
            chips=self._chips(),
            filter_chips=[(label, text, self.link(**{name: ""})) for name, label, text in self.narrowed.chips],
            search=self.search,
            slice=page,
            is_dense=preferences.is_dense,
            choices=saved_views.column_choices(columns, preferences),
            views=saved_views.views_for(self.actor, self.request.path, self.state),
            bulk_actions=doable,
            offers_all=page.total > len(page.rows) and any(action.for_all for action in doable),
            formats=[(str(file.label), kind, self.link(export=kind)) for kind, file in self.formats.items()],
            create_action=self.create if self.actor.may(self.resource, self.write_verb) else None,
            **{"title": self.title, **self.more(), **more},
        )

    @property
    def may_share(self) -> bool:
        """Whether views of this list may be saved for everybody: by those who may change what it lists."""
        return self.actor.may(self.resource, self.write_verb)

    @cached_property
    def state(self) -> dict[str, str]:
        """What the URL says of the list, without the place in it."""
        return {name: value for name, value in self.request.GET.dict().items() if value and name not in _PASSING}

    def link(self, **changes: str) -> str:
        """The URL of the list with another state; it begins with the first page."""
        query = {name: value for name, value in {**self.state, **changes}.items() if value}
        return f"{self.request.path}?{urlencode(query)}" if query else self.request.path

    @cached_property
    def chip(self) -> str:
        """The chip that is chosen, "" for all rows."""
        chip = self.request.GET.get("show", "")
        if chip and chip not in dict(self.chips):
            raise Http404("No such filter")
        return chip

    @cached_property
    def search(self) -> str:
        """What is searched for, "" for nothing."""
        return clean_line(self.request.GET.get("q", "")) if self.search_label else ""

    @cached_property
    def _found(self) -> QuerySet[Any]:
        """The rows that search and filters leave, whatever the chip; none while a filter is wrong."""
        rows = self.all_rows()
        if self.search:
            by_text = self.filters.base_filters.get("search", _BY_TEXT)
            rows = rows.filter(by_text.condition(fold(self.search)))
        filters = self.all_filters()(self.narrowed.values, rows, company=self.actor.company)
        problems = dict(self.narrowed.problems) | filters.problems()
        if problems:
            self.narrowed = self.narrowed.with_problems(problems)
            return rows.none()
        found: QuerySet[Any] = filters.qs
        return found

    def whole(self) -> tuple[QuerySet[Any], list[str]]:
        """All rows of the list, and what they have in common: chip, search and filters in words."""
        words = [str(label) for value, label in self.chips if value == self.chip] + [self.search] * bool(self.search)
        rows = self.chosen(self._found, self.chip) if self.chip else self._found
        return rows, words + [f"{label}: {text}" for _, label, text in self.narrowed.chips]

    def _chips(self) -> list[tuple[str, Text, str, str]]:
        """All, and each chip, with its URL and how many rows are under it; "" instead of none."""
        if not self.chips:
            return []
        counts = counts_of([self._found, *(self.chosen(self._found, value) for value, _label in self.chips)])
        shown = [f"{CEILING - 1}+" if count >= CEILING else str(count or "") for count in counts]
        return [
            (value, label, self.link(show=value), count)
            for (value, label), count in zip([("", _("All")), *self.chips], shown, strict=True)
        ]

    def _file(self, kind: str) -> HttpResponseBase:
        """All rows of the list, or the chosen ones, with all columns that the list knows."""
        if kind not in self.formats:
            raise Http404("No such file")
        rows, _words = self.whole()
        if self.narrowed.problems:
            return self.show_list()
        if chosen := [] if self.is_whole else self.request.GET.getlist("row"):
            rows = rows.filter(pk__in=[row.pk for row in chosen_rows(self.all_rows(), chosen)])
        ordered = in_order(rows, self.order)
        name = f"{slugify(str(self.title)) or 'list'}-{self.actor.today()}"
        security.record(
            "security.exported",
            security.author_of(self.request),
            company=self.actor.company,
            subject=self.request.path,
            note=f"{ordered.count()} rows as {kind}",
            changes={"filters": self.state, "chosen": len(chosen)},
        )
        return self.formats[kind].write(name, self.columns(), ordered, self.actor.company)

    def _action(self, name: str) -> BulkAction:
        for action in self.bulk_actions():
            if action.name == name:
                if not self.may_do(action):
                    self.actor.require(action.resource, action.verb)
                return action
        raise Http404("No such action")

    def _ask_for(self, action: BulkAction, form: Any = None, status: int = 200) -> HttpResponse:
        """Says what a bulk action will do to each row before it is done."""
        if self.is_whole and action.for_all:
            return self.ask_for_all(action)
        try:
            rows = chosen_rows(self.all_rows(), (self.request.POST or self.request.GET).getlist("row"))
        except InvalidData as error:
            messages.error(self.request, error.errors[0].message)
            return HttpResponseRedirect(self.link())
        doable, others = split(action, self.actor, rows)
        columns = [column for column in self.columns() if not column.optional]
        main = next(column for column in columns if column.kind == "main")
        effect = Column(action.effect_label, action.effects(self.actor, doable))
        return self.page(
            "pages/bulk_action.html",
            status=status,
            title=action.label,
            action=action,
            form=form or action.make_form(None),
            form_key=self.form_key,
            total=len(doable),
            submit=action.button(len(doable)),
            table=make_table([*columns[:3], effect], doable, self.href),
            others=make_table(obstacle_columns(main), others, lambda outcome: self.href(outcome.row)),
            others_title=ngettext("%(count)s row will be left out", "%(count)s rows will be left out", len(others))
            % {"count": len(others)},
            keys=[row.public_id for row in doable],
            back=self.link(),
        )

    def _do(self, action: BulkAction) -> HttpResponse:
        """Does it to each row and says what became of each."""
        if self.is_whole:
            return self.begin_for_all(action)
        form = action.make_form(self.request.POST)
        if not form.is_valid():
            return self._ask_for(action, form, 400)
        try:
            rows = chosen_rows(self.all_rows(), self.request.POST.getlist("row"))
        except InvalidData as error:
            messages.error(self.request, error.errors[0].message)
            return HttpResponseRedirect(self.link())
        outcomes = do_to_each(action, self.actor, rows, form.cleaned_data, self._posted_key or ids.new_id())
        done, refused = told(action, outcomes)
        main = next(column for column in self.columns() if column.kind == "main")
        return self.page(
            "pages/bulk_result.html",
            title=action.label,
            done=done,
            refused=refused,
            table=make_table(outcome_columns(main), outcomes, lambda outcome: self.href(outcome.row)),
            back=self.link(),
        )
