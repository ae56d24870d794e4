"""What an operator can do to rows: asked first on a page of its own, then done to one row after the other."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.admin_base import Rows, list_url

MAX_ROWS = 500
_CONFIRMED = "confirmed"
# What is done to one row by a service; False says that there was nothing to do.
Act = Callable[[Any, HttpRequest, Any], object]


def row_action(
    label: str, question: str, done: str, *, fits: Callable[[Any], bool] = lambda row: True
) -> Callable[[Act], Callable[..., HttpResponse | None]]:
    """Makes an action of the admin of a method that does something to one row.

    `question` asks on a page with the rows, `done` is said of them afterwards.  A row that it `fits` has a button for
    it on its page.  Each row is a transaction of its own, in the scope of its company; what the service refuses is
    told, and the others are done.
    """

    def decorate(act: Act) -> Callable[..., HttpResponse | None]:
        @admin.action(description=label, permissions=["view"])
        def action(page: Any, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
            rows = rows_to_act_on(request, queryset)
            if rows and not is_confirmed(request):
                return ask(page, request, rows, act.__name__, label, question)
            _tell(request, rows, done, [_do(page, request, row, act) for row in rows])
            back = request.POST.get("next", "")
            is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
            return HttpResponseRedirect(back) if is_ours else None

        action.__name__, action.__doc__ = act.__name__, act.__doc__
        action.for_one_row = fits  # type: ignore[attr-defined]  # a function is open to what is said of it
        return action

    return decorate


def rows_to_act_on(request: HttpRequest, queryset: Rows) -> list[Any]:
    """The chosen rows; none, and a word about it, where they are more than MAX_ROWS."""
    rows = list(queryset[: MAX_ROWS + 1])
    if len(rows) <= MAX_ROWS:
        return rows
    messages.error(request, f"At most {MAX_ROWS} rows at once.")
    return []


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the question was answered."""
    return _CONFIRMED in request.POST


def ask(page: Any, request: HttpRequest, rows: Sequence[Any], name: str, label: str, question: str) -> HttpResponse:
    """The page that asks before an action is done."""
    context = {
        **page.admin_site.each_context(request),
        "title": label,
        "question": question,
        "rows": rows,
        "action": name,
        "opts": page.opts,
        "checkbox": ACTION_CHECKBOX_NAME,
        "next": request.POST.get("next", ""),
        "back": request.POST.get("next") or list_url(page.opts),
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)


def _do(page: Any, request: HttpRequest, row: Any, act: Act) -> bool:
    """Whether it was done."""
    try:
        with page.scope_of(row), transaction.atomic():
            return act(page, request, row) is not False
    except DomainError as error:
        messages.warning(request, f"{row}: {error.message}")
        return False


def _tell(request: HttpRequest, rows: Sequence[Any], done: str, results: Sequence[bool]) -> None:
    count = sum(results)
    if count == 1:
        messages.success(request, f"{done}: {rows[results.index(True)]}")
    elif count:
        messages.success(request, f"{done}: {count} rows")
    else:
        messages.info(request, "Nothing was changed.")
