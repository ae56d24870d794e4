"""Bulk actions for all rows that a list's filters leave: a job of its own does them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from bigledger_crm.filtering.counting import exact_count
from bigledger_crm.kernel.errors import DomainError, NotFound, PermissionDenied
from bigledger_crm.web.form_views import SubmitOnceView, refusal_text
from bigledger_crm.web.lists.bulk import BulkAction


class WholeListMixin(SubmitOnceView):
    """What a list page does when all of its rows are chosen."""

    def whole(self) -> tuple[QuerySet[Any], list[str]]:
        """All rows, and in words what they have in common."""
        raise NotImplementedError

    def link(self, **changes: str) -> str:
        """The URL of the list."""
        raise NotImplementedError

    @property
    def is_whole(self) -> bool:
        """Whether all rows are chosen, on this page and the others."""
        return bool((self.request.POST or self.request.GET).get("all"))

    def ask_for_all(self, action: BulkAction) -> HttpResponse:
        """Says to how many rows it will be done, and what they have in common."""
        rows, narrowed_to = self.whole()
        total = exact_count(rows)
        return self.page(
            "pages/bulk_action.html",
            title=action.label,
            action=action,
            form=action.make_form(None),
            form_key=self.form_key,
            total=total,
            submit=action.button(total),
            is_whole=True,
            narrowed_to=narrowed_to,
            back=self.link(),
        )

    def begin_for_all(self, action: BulkAction) -> HttpResponse:
        """Begins the job and goes to its page; asks again when there are other rows by now than the person saw."""
        begin = action.for_all
        if begin is None:
            return HttpResponseRedirect(self.link())
        if before := self.saved_before():
            return before
        rows, _words = self.whole()
        if self.request.POST.get("total") != str(exact_count(rows)):
            messages.warning(self.request, _("The list has changed. Check the number of rows and try again."))
            return self.ask_for_all(action)
        try:
            return self.save_once(lambda: begin(self.actor, rows))
        except (NotFound, PermissionDenied):
            raise
        except DomainError as error:
            texts = [fault.message for fault in error.errors]
            messages.error(self.request, "\n".join(texts) or refusal_text(error))
            return HttpResponseRedirect(self.link())
