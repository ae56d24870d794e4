"""The URLs of signing in and of the choice of a company; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.account.company_switch import CompanySwitchView
from bigledger_crm.account.sign_in import SignInView, SignOutView

urlpatterns = [
    path("sign-in", SignInView.as_view(), name="sign-in"),
    path("sign-out", SignOutView.as_view(), name="sign-out"),
    path("switch-company", CompanySwitchView.as_view(), name="switch-company"),
]
