"""The URLs of signing in and of one's own account.

`urlpatterns` go under the namespace `pages`.  `allauth_urlpatterns` have the names that django-allauth looks for, and
none of its other pages exist.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.generic import TemplateView

from bigledger_crm.account import single_sign_on
from bigledger_crm.account.company_switch import CompanySwitchView
from bigledger_crm.account.frame import account_page, open_page
from bigledger_crm.account.joining import InvitationView
from bigledger_crm.account.passwords import NoPasswordView, PasswordForgottenView, PasswordPage, PasswordResetView
from bigledger_crm.account.profile import EmailChangeView, EmailConfirmView, ProfileView, SessionListView
from bigledger_crm.account.sign_in import SignInView, SignOutView

_sign_in = open_page(SignInView.as_view())
_sign_out = SignOutView.as_view()
_sent = TemplateView.as_view(template_name="account/password_sent.html")

urlpatterns = [
    path("sign-in", _sign_in, name="sign-in"),
    path("sign-out", _sign_out, name="sign-out"),
    path("switch-company", CompanySwitchView.as_view(), name="switch-company"),
    path("password/forgotten", open_page(PasswordForgottenView.as_view()), name="password-forgotten"),
    path("password/sent", open_page(_sent), name="password-sent"),
    path("password/reset/<uidb64>/<token>", open_page(PasswordResetView.as_view()), name="password-reset"),
    path("invitation/<str:token>", open_page(InvitationView.as_view()), name="invitation"),
    path("account", account_page(ProfileView.as_view()), name="account"),
    path("account/email", account_page(EmailChangeView.as_view()), name="account-email"),
    path("account/email/<str:token>", open_page(EmailConfirmView.as_view()), name="email-confirm"),
]

_FACTOR = "account/second-factor"
allauth_urlpatterns = [
    path("sign-in", _sign_in, name="account_login"),
    path("sign-out", _sign_out, name="account_logout"),
    path("sign-in/second-factor", open_page(factors.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey", open_page(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/again", account_page(account.reauthenticate), name="account_reauthenticate"),
    path("sign-in/again/code", account_page(factors.reauthenticate), name="mfa_reauthenticate"),
    path("sign-in/again/passkey", account_page(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("sign-in/sso/<str:provider_id>", open_page(single_sign_on.begin), name="openid_connect_login"),
    path("sign-in/sso/<str:provider_id>/callback", open_page(single_sign_on.come_back), name="openid_connect_callback"),
    path("sign-in/sso-cancelled", open_page(single_sign_on.cancelled), name="socialaccount_login_cancelled"),
    path("account/password", account_page(PasswordPage.as_view()), name="account_change_password"),
    path("account/no-password", account_page(NoPasswordView.as_view()), name="account_set_password"),
    path("account/sessions", account_page(SessionListView.as_view()), name="usersessions_list"),
    path(_FACTOR, account_page(factors.index), name="mfa_index"),
    path(f"{_FACTOR}/app", account_page(app.activate_totp), name="mfa_activate_totp"),
    path(f"{_FACTOR}/app/remove", account_page(app.deactivate_totp), name="mfa_deactivate_totp"),
    path(f"{_FACTOR}/codes", account_page(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(f"{_FACTOR}/codes/new", account_page(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(f"{_FACTOR}/codes/file", account_page(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path(f"{_FACTOR}/passkeys", account_page(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path(f"{_FACTOR}/passkeys/new", account_page(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(f"{_FACTOR}/passkeys/<int:pk>", account_page(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path(f"{_FACTOR}/passkeys/<int:pk>/remove", account_page(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]
