"""The base of every page: a person who is signed in, in one of their companies."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import Error
from django.db.models import Exists, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django_htmx.http import HttpResponseClientRefresh

from bigledger_crm import __version__
from bigledger_crm.kernel import clock, errors
from bigledger_crm.outbox.models import MailServer
from bigledger_crm.tenancy import replica
from bigledger_crm.tenancy.actor import Actor, MissingRight, actor_for_member, member_scope
from bigledger_crm.tenancy.database import is_busy
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.permissions import RIGHT_BY_NAME
from bigledger_crm.web.components import Text
from bigledger_crm.web.htmx import DIALOG, for_htmx, htmx_of, mark_as_personal, wanted_part
from bigledger_crm.web.navigation import links_for
from bigledger_crm.web.timeouts import SavedByOthers, retryable

SESSION_KEY = "company"


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def memberships_of(user: User) -> list[Membership]:
    """The person's companies that are in use, by name."""
    memberships = Membership.objects.filter(user=user, company__is_active=True)
    away = MailServer.objects.filter(away_since__isnull=False).values("away_since")[:1]
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    found = memberships.select_related("company", "user").annotate(
        mail_server_away_since=Subquery(away), has_second_factor=Exists(factors)
    )
    return list(found.order_by("company__name", "id"))


def frame_of(request: HttpRequest, actor: Actor, memberships: Sequence[Membership]) -> dict[str, Any]:
    """What the frame of a page in a company shows."""
    return {
        "actor": actor,
        "company": actor.company,
        "memberships": memberships,
        "navigation": links_for(actor, request.path),
        "today_here": actor.today(),
        "outgoing": settings.OUTGOING,
        "mail_server_away_since": vars(memberships[0])["mail_server_away_since"],
        "product_version": __version__,
        "shifted_clock": clock.now() if clock.is_shifted() else None,
    }


class CompanyView(View):
    """A page inside one company: `actor` is who asks, and the company's scope is open until the page is drawn.

    `resource` is what the actor must be allowed to read, and to write where the method isn't safe or `verb` says so.
    What isn't in the company, another company's objects included, is a 404.

    `partials` maps the id of an element to the template partial that fills it when htmx asks for that element.  A
    redirect fills the elements in `stays` with their part of the page that it leads to; others are for the browser.

    Pages that do nothing but read, and read much, say `only_reads`: a replica of the database may answer them.
    """

    resource: ClassVar[str] = ""
    verb: ClassVar[str] = ""
    partials: ClassVar[Mapping[str, str]] = {}
    stays: ClassVar[frozenset[str]] = frozenset()
    only_reads: ClassVar[bool] = False
    actor: Actor
    memberships: list[Membership]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer, as a browser or as htmx needs it."""
        answer = self._answer(request, *args, **kwargs)
        if not answer.has_header("Cache-Control"):
            mark_as_personal(answer)
        return answer if wanted_part(request) in self.stays else for_htmx(request, answer)

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Finds the company, opens its scope and time zone, and turns refusals into pages."""
        if not isinstance(request.user, User):
            page = htmx_of(request).current_url_abs_path or request.get_full_path()
            return redirect_to_login(page, reverse("pages:sign-in"))
        self.memberships = memberships_of(request.user)
        membership = self._membership(request)
        if isinstance(membership, HttpResponseBase):
            return membership
        self.actor = actor_for_member(membership)
        request.actor = self.actor  # type: ignore[attr-defined]  # for the access log
        with member_scope(membership), timezone.override(membership.company.time_zone):
            try:
                if request.POST.get("form_company", membership.company.public_id) != membership.company.public_id:
                    return self._wrong_company(request.POST["form_company"])
                self._require_right()
                return self._read_or_write(partial(super().dispatch, request, *args, **kwargs))
            except errors.NotFound as error:
                raise Http404(error.message) from error
            except MissingRight as error:
                allows = RIGHT_BY_NAME[error.right].text
                return self.page("403.html", status=403, message=_("Your role does not include: %s") % allows)
            except errors.PermissionDenied as error:
                return self.page("403.html", status=403, message=error.message)
            except errors.Conflict as error:
                return self.conflict(error.message)
            except Error as error:
                if not is_busy(error):
                    raise
                busy = SavedByOthers()
                return retryable(self.conflict(busy.message, title=_("Please try again")), busy)

    def _read_or_write(self, handle: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        company_id = self.actor.company.pk
        if self.request.method in SAFE_METHODS:
            return replica.read(company_id, handle) if self.only_reads else handle()
        answer = handle()
        replica.note_writes(company_id)
        return answer

    def _require_right(self) -> None:
        """Raises MissingRight."""
        if self.resource:
            verb = self.verb or ("read" if self.request.method in SAFE_METHODS else "write")
            self.actor.require(self.resource, verb)

    def _membership(self, request: HttpRequest) -> Membership | HttpResponseBase:
        """The one to work in, or the page that says why there is none, or what is missing for it."""
        if not self.memberships:
            return render(request, "pages/no_company.html", status=403)
        membership = self._chosen(request)
        if membership is None:
            return self._company_gone(request)
        if membership.company.requires_second_factor and not vars(membership)["has_second_factor"]:
            return HttpResponseRedirect(f"{reverse(settings.SECOND_FACTOR_URL)}?wanted")
        return membership

    def conflict(
        self, message: str, differences: Sequence[tuple[Text, Text, Text]] = (), back: str = "", title: str = ""
    ) -> HttpResponse:
        """Says that somebody else was quicker: each difference is a field, one's own text and theirs."""
        title, back = title or _("Someone else saved first"), back or self.request.path
        return self.page("409.html", status=409, title=title, message=message, differences=differences, back=back)

    def _wrong_company(self, named: str) -> HttpResponse:
        """Nothing of one company is saved in another, whichever company the posted form names."""
        present = self.actor.company.name
        opened = next((one.company.name for one in self.memberships if one.company.public_id == named), "")
        message = _(
            "This form was opened in %(opened)s, but you have since switched to %(present)s. Nothing was saved. "
            "Switch back to %(opened)s, return to your form and save it again."
        )
        if not opened:
            message = _(
                "This form was opened in a company that you don't belong to. You are in %(present)s now, "
                "and nothing was saved."
            )
        return self.conflict(message % {"opened": opened, "present": present}, title=_("Another company"))

    def _company_gone(self, request: HttpRequest) -> HttpResponse:
        """The company that the person worked in isn't theirs any more; which other one is for them to say."""
        if htmx_of(request) and request.method in SAFE_METHODS:
            return HttpResponseClientRefresh()
        in_dialog = wanted_part(request) == DIALOG
        context = {
            "frame": "layouts/dialog.html" if in_dialog else "layouts/plain.html",
            "title": _("Choose a company"),
            "memberships": self.memberships,
            "is_posted": request.method not in SAFE_METHODS,
        }
        return render(request, "pages/choose_company.html", context, status=409)

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """A page in the frame of the company, or the part of it that htmx asks for, drawn at once, inside its scope.

        A page whose template extends the variable `frame` can also be drawn for the dialog.
        """
        part = wanted_part(self.request)
        in_dialog = part == DIALOG
        frame = frame_of(self.request, self.actor, self.memberships) | {
            "frame": "layouts/dialog.html" if in_dialog else "layouts/app.html",
            "in_dialog": in_dialog,
        }
        if part in self.partials:
            response = render(self.request, self.partials[part], {**frame, **context}, status=status)
            response.write(
                render_to_string("partials/more_messages.html", {"company": self.actor.company}, self.request)
            )
        else:
            response = render(self.request, template, {**frame, **context}, status=status)
        mark_as_personal(response)
        return response

    def _chosen(self, request: HttpRequest) -> Membership | None:
        """The membership that the session works in, kept from its first page on; None when it ended meanwhile."""
        chosen = request.session.get(SESSION_KEY)
        if chosen is None:
            request.session[SESSION_KEY] = chosen = str(self.memberships[0].company_id)
        return next((one for one in self.memberships if str(one.company_id) == chosen), None)
