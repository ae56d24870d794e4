"""The URLs of signing in and of the choice of a company; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.account.company_switch import SwitchCompany
from bigledger_crm.account.sign_in import SignIn, SignOut

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("switch-company", SwitchCompany.as_view(), name="switch-company"),
]
