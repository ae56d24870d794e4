"""The frame around account pages: that of one's company, or a plain one for who belongs to none."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from bigledger_crm.account.second_factor import passkeys_possible
from bigledger_crm.tenancy.actor import actor_for_member, member_scope
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.web.htmx import for_htmx, mark_as_personal
from bigledger_crm.web.views import SESSION_KEY, frame_of, memberships_of

Answer = Callable[..., HttpResponseBase]
PLAIN = "layouts/plain.html"
PROFILE, FACTOR = "pages:account", "mfa_index"
TABS = (
    (PROFILE, gettext_lazy("Profile")),
    ("pages:account-email", gettext_lazy("Email address")),
    ("account_change_password", gettext_lazy("Password")),
    (FACTOR, gettext_lazy("Second factor")),
    ("usersessions_list", gettext_lazy("Sessions")),
)
# The titles of pages that have no tab of their own, and the tab that they lie below.
BELOW = {
    "account_set_password": ("account_change_password", gettext_lazy("Password")),
    "account_reauthenticate": ("", gettext_lazy("Is it you?")),
    "mfa_reauthenticate": ("", gettext_lazy("Is it you?")),
    "mfa_reauthenticate_webauthn": ("", gettext_lazy("Is it you?")),
    "mfa_activate_totp": (FACTOR, gettext_lazy("Authenticator app")),
    "mfa_deactivate_totp": (FACTOR, gettext_lazy("Remove the authenticator app")),
    "mfa_view_recovery_codes": (FACTOR, gettext_lazy("Recovery codes")),
    "mfa_generate_recovery_codes": (FACTOR, gettext_lazy("New recovery codes")),
    "mfa_list_webauthn": (FACTOR, gettext_lazy("Passkeys")),
    "mfa_add_webauthn": (FACTOR, gettext_lazy("Add a passkey")),
    "mfa_edit_webauthn": (FACTOR, gettext_lazy("Rename the passkey")),
    "mfa_remove_webauthn": (FACTOR, gettext_lazy("Remove the passkey")),
}


def account_frame(request: HttpRequest) -> dict[str, Any]:
    """For templates: what the frame of the account page needs that answers this request."""
    return getattr(request, "account_frame", {})


def account_page(view: Answer) -> Answer:
    """A page of the person's own account: for who is signed in, in the frame of the company that they work in."""

    @wraps(view)
    @sensitive_post_parameters()
    @login_required
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        assert isinstance(request.user, User)  # noqa: S101  login_required
        memberships = memberships_of(request.user)
        chosen = request.session.get(SESSION_KEY, str(memberships[0].company_id) if memberships else "")
        membership = next((one for one in memberships if str(one.company_id) == chosen), None)
        with ExitStack() as scope:
            frame: dict[str, Any] = {
                "frame": PLAIN,
                "account_person": request.user,
                "account_pages": TABS,
                "wanted": "wanted" in request.GET,
                "passkeys_possible": passkeys_possible(),
                **_place(request),
            }
            if membership is not None:
                scope.enter_context(member_scope(membership))
                scope.enter_context(timezone.override(membership.company.time_zone))
                frame |= _frame_in(request, membership, memberships)
            request.account_frame = frame  # type: ignore[attr-defined]  # for account_frame()
            return _drawn(request, view(request, *args, **kwargs))

    return framed


def open_page(view: Answer) -> Answer:
    """A page that people see who are not signed in yet."""

    @wraps(view)
    @sensitive_post_parameters()
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.account_frame = {"frame": PLAIN}  # type: ignore[attr-defined]  # for account_frame()
        return _drawn(request, view(request, *args, **kwargs))

    return framed


def _place(request: HttpRequest) -> dict[str, Any]:
    """The tab that is current, and the title."""
    match = request.resolver_match
    name = match.view_name if match else ""
    tab, title = BELOW.get(name) or (name, next((label for tab, label in TABS if tab == name), ""))
    return {"tab": tab, "title": title}


def _frame_in(request: HttpRequest, membership: Membership, memberships: list[Membership]) -> dict[str, Any]:
    actor = actor_for_member(membership)
    request.actor = actor  # type: ignore[attr-defined]  # for the access log
    return frame_of(request, actor, memberships) | {"frame": "layouts/app.html", "in_dialog": False}


def _drawn(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Drawn at once, inside the company's scope, and kept by nobody."""
    if isinstance(answer, SimpleTemplateResponse) and not answer.is_rendered:
        answer.render()
    mark_as_personal(answer)
    answer.headers["Cache-Control"] = "private, no-store"
    return for_htmx(request, answer)
