"""The page behind the link of an invitation."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views import View

from bigledger_crm.account.forms import JoinForm
from bigledger_crm.account.invitations import (
    InvitationClosed,
    accept_as,
    accept_as_new_person,
    invitation_behind,
)
from bigledger_crm.account.models import Invitation
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import User
from bigledger_crm.web.views import SESSION_KEY


class InvitationView(View):
    """Who has no account makes one; who has one signs in with it and joins."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What there is to do."""
        return self._show(request, invitation_behind(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Joins; the same link joins nobody again."""
        invitation = invitation_behind(token)
        if invitation is None or not invitation.is_open():
            return self._show(request, invitation)
        address = client_address(request)
        try:
            if isinstance(request.user, User):
                membership = accept_as(invitation, request.user, address)
                request.session[SESSION_KEY] = str(membership.company_id)
                return HttpResponseRedirect("/")
            form = self._form(invitation, request.POST)
            if not form.is_valid():
                return self._show(request, invitation, form)
            facts = form.cleaned_data
            user = accept_as_new_person(invitation, facts["name"], facts["new_password1"], address)
        except InvitationClosed:
            return self._show(request, invitation_behind(token))
        login = Login(user=user, email=user.email)
        answer: HttpResponse = perform_password_login(request, {"email": user.email}, login)
        return answer

    def _form(self, invitation: Invitation, data: Any = None) -> JoinForm:
        return JoinForm(User(email=invitation.email), data)

    def _show(self, request: HttpRequest, invitation: Invitation | None, form: Any = None) -> HttpResponse:
        if invitation is None or not invitation.is_open():
            was_mine = (
                invitation is not None
                and invitation.accepted_at is not None
                and getattr(request.user, "email", "") == invitation.email
            )
            return render(request, "account/link_gone.html", {"invitation": True, "joined": was_mine}, status=410)
        known = User.objects.filter(email=invitation.email).first()
        context: dict[str, Any] = {"invitation": invitation, "known": known, "next": request.path}
        if request.user.is_authenticated:
            context["mine"] = request.user == known
        elif known is None:
            context["form"] = form or self._form(invitation)
        return render(request, "account/invitation.html", context, status=400 if form else 200)
