"""The base of every page: a person who is signed in, in one of their companies."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from bigledger_crm.kernel import clock, errors
from bigledger_crm.pages.components import Text
from bigledger_crm.pages.fragments import DIALOG, for_htmx, htmx_of, mark_as_personal, wanted_part
from bigledger_crm.pages.navigation import links_for
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope

SESSION_KEY = "company"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def memberships_of(user: User) -> list[Membership]:
    """The person's companies that are in use, by name."""
    memberships = Membership.objects.filter(user=user, company__is_active=True)
    return list(memberships.select_related("company", "user").order_by("company__name", "id"))


class CompanyView(View):
    """A page inside one company: `actor` is who asks, and the company's scope is open until the page is drawn.

    `resource` is what the actor must be allowed to read, and to write where the method isn't safe or `verb` says so.
    What isn't in the company, another company's objects included, is a 404.

    `partials` maps the id of an element to the template partial that fills it when htmx asks for that element.  A
    redirect fills the elements in `stays` with their part of the page that it leads to; others are for the browser.
    """

    resource: ClassVar[str] = ""
    verb: ClassVar[str] = ""
    partials: ClassVar[Mapping[str, str]] = {}
    stays: ClassVar[frozenset[str]] = frozenset()
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
        membership = self._chosen(request)
        if membership is None:
            return render(request, "pages/no_company.html", status=403)
        self.actor = actor_for_member(membership)
        request.actor = self.actor  # type: ignore[attr-defined]  # for the access log
        with company_scope(membership.company), timezone.override(membership.company.time_zone):
            try:
                if opened := self._opened_in(request):
                    return self._wrong_company(opened)
                if self.resource:
                    verb = self.verb or ("read" if request.method in SAFE_METHODS else "write")
                    self.actor.require(self.resource, verb)
                return super().dispatch(request, *args, **kwargs)
            except errors.NotFound as error:
                raise Http404(error.message) from error
            except errors.PermissionDenied as error:
                return self.page("403.html", status=403, message=error.message)
            except errors.Conflict as error:
                return self.conflict(error.message)

    def conflict(
        self, message: str, differences: Sequence[tuple[Text, Text, Text]] = (), back: str = "", title: str = ""
    ) -> HttpResponse:
        """Says that somebody else was quicker: each difference is a field, one's own text and theirs."""
        title, back = title or _("Somebody was quicker"), back or self.request.path
        return self.page("409.html", status=409, title=title, message=message, differences=differences, back=back)

    def _opened_in(self, request: HttpRequest) -> Company | None:
        """The other company of the person in which the form was opened that is posted; None when it is this one."""
        named = request.POST.get("form_company")
        others = (membership.company for membership in self.memberships)
        return next((one for one in others if one.public_id == named and one != self.actor.company), None)

    def _wrong_company(self, opened: Company) -> HttpResponse:
        """Nothing of one company is saved in another because somebody switched in another window."""
        names = {"opened": opened.name, "present": self.actor.company.name}
        message = _(
            "This form was opened in %(opened)s, and you have switched to %(present)s since. Nothing was saved: "
            "switch to %(opened)s, go back to what you typed, and save it again."
        )
        return self.conflict(message % names, title=_("Another company"))

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """A page in the frame of the company, or the part of it that htmx asks for, drawn at once, inside its scope.

        A page whose template extends the variable `frame` can also be drawn for the dialog.
        """
        part = wanted_part(self.request)
        in_dialog = part == DIALOG
        frame = {
            "frame": "layout/dialog.html" if in_dialog else "layout/app.html",
            "in_dialog": in_dialog,
            "actor": self.actor,
            "company": self.actor.company,
            "memberships": self.memberships,
            "navigation": links_for(self.actor, self.request.path),
            "today_here": self.actor.today(),
            "shifted_clock": clock.now() if clock.is_shifted() else None,
        }
        if part in self.partials:
            response = render(self.request, self.partials[part], {**frame, **context}, status=status)
            response.write(render_to_string("components/more_messages.html", request=self.request))
        else:
            response = render(self.request, template, {**frame, **context}, status=status)
        mark_as_personal(response)
        return response

    def _chosen(self, request: HttpRequest) -> Membership | None:
        chosen = request.session.get(SESSION_KEY)
        for membership in self.memberships:
            if str(membership.company_id) == chosen:
                return membership
        return self.memberships[0] if self.memberships else None


class SwitchCompany(CompanyView):
    """Chooses another of one's companies for this session."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Goes home in the company; one that isn't the person's is a 404."""
        for membership in self.memberships:
            if membership.company.public_id == request.POST.get("company"):
                request.session[SESSION_KEY] = str(membership.company_id)
                return HttpResponseRedirect("/")
        raise Http404("No such company")
