"""One's own name, language, email address and sessions."""

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import FormView

from bigledger_crm.account.devices import device_of
from bigledger_crm.account.emails import queue_to_person, read_email_change_token
from bigledger_crm.account.forms import NewEmailForm, ProfileForm
from bigledger_crm.account.sessions import end_sessions, living_sessions, note_seen
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import User

if TYPE_CHECKING:
    ProfileFormView = FormView[ProfileForm]
    NewEmailFormView = FormView[NewEmailForm]
else:  # Django's classes take no parameters when they run
    ProfileFormView = NewEmailFormView = FormView


def person(request: HttpRequest) -> User:
    """Who is signed in, on a page for them only."""
    assert isinstance(request.user, User)  # noqa: S101  account_page
    return request.user


class ProfileView(ProfileFormView):
    """Name and language."""

    form_class = ProfileForm
    template_name = "account/profile.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Filled in with what is there; drawn names keep the old one until it is saved."""
        return {**super().get_form_kwargs(), "instance": User.objects.get(pk=person(self.request).pk)}

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        """Saved."""
        User.objects.filter(pk=person(self.request).pk).update(**form.cleaned_data)
        messages.success(self.request, _("Your profile is saved."))
        return HttpResponseRedirect(reverse("pages:account"))


@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class EmailChangeView(NewEmailFormView):
    """Another address: it counts once its owner has followed a link that is sent there."""

    form_class = NewEmailForm
    template_name = "account/email.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """With whose address it is."""
        return {**super().get_form_kwargs(), "user": person(self.request)}

    def form_valid(self, form: NewEmailForm) -> HttpResponse:
        """Says the same whether somebody else has the address; then no link is sent."""
        address = form.cleaned_data["email"]
        queue_to_person("email_confirm", person(self.request), address)
        by = security.author_of(self.request)
        security.record("security.email_change_asked", by, subject=by.name, changes={"email": [by.name, address]})
        messages.success(self.request, _("We have emailed a link to %(email)s. Please open it.") % {"email": address})
        return HttpResponseRedirect(reverse("pages:account-email"))


class EmailConfirmView(View):
    """The link of a change of address: a button, since programs that read email open links too."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Asks, or says that the link is no longer good."""
        found = self._found(token)
        if found is None:
            return render(request, "account/link_gone.html", status=410)
        return render(request, "account/email_confirm.html", {"address": found[1]})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Changes the address, tells the old one, and notes it."""
        with transaction.atomic():
            found = self._found(token, lock=True)
            if found is None:
                return render(request, "account/link_gone.html", status=410)
            user, address = found
            before, user.email = user.email, address
            user.save(update_fields=["email"])
            by = security.Author(user.public_id, before, client_address(request))
            security.record("security.email_changed", by, subject=address, changes={"email": [before, address]})
            queue_to_person("email_changed", user, before, email=address)
        messages.success(request, _("From now on you sign in with %(email)s.") % {"email": address})
        return HttpResponseRedirect(reverse("pages:account" if request.user.is_authenticated else "pages:sign-in"))

    def _found(self, token: str, *, lock: bool = False) -> tuple[User, str] | None:
        facts = read_email_change_token(token)
        if facts is None:
            return None
        key, before, after, mark = facts
        rows = User.objects.select_for_update() if lock else User.objects.all()
        user = rows.filter(pk=key, email=before, is_active=True).first()
        if user is None or user.get_session_auth_hash()[:16] != mark or User.objects.filter(email=after).exists():
            return None
        return user, after


class SessionListView(View):
    """Where one is signed in; a session ends by its button, or all others at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, this session first and then the last used."""
        note_seen(request)
        here = request.session.session_key
        found = living_sessions(person(request))
        found.sort(key=lambda one: (one.session_key != here, -one.last_seen_at.timestamp()))
        rows = [{"session": one, "device": device_of(one.user_agent), "here": one.session_key == here} for one in found]
        return render(request, "account/sessions.html", {"rows": rows})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ends one of the person's own, or all but this one."""
        number = request.POST.get("session", "")
        only = int(number) if number.isdecimal() and len(number) < 18 else None
        if number and only is None:
            return HttpResponseRedirect(reverse("usersessions_list"))
        count = end_sessions(person(request), apart_from=request.session.session_key, only=only)
        if count:
            by = security.author_of(request)
            security.record("security.sessions_ended", by, subject=by.name, note=str(count))
        text = ngettext("%(count)s session has ended.", "%(count)s sessions have ended.", count)
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(reverse("usersessions_list"))
