"""Addresses of the pages that belong to no app."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from bigledger_crm.pages import mail_settings, outbox
from bigledger_crm.pages.search import Search
from bigledger_crm.pages.sign_in import SignIn
from bigledger_crm.pages.styleguide import Styleguide, StyleguideForm
from bigledger_crm.pages.views import SwitchCompany

app_name = "pages"
_MAIL = "outbox/<str:public_id>"
_WORDS = "settings/mail/<slug:public_id>"
urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(next_page="pages:sign-in"), name="sign-out"),
    path("switch-company", SwitchCompany.as_view(), name="switch-company"),
    path("search", Search.as_view(), name="search"),
    path("styleguide", Styleguide.as_view(), name="styleguide"),
    path("styleguide/form", StyleguideForm.as_view(), name="styleguide-form"),
    path("settings/mail", mail_settings.MailSettings.as_view(), name="mail-settings"),
    path("settings/mail/language", mail_settings.ChooseLanguage.as_view(), {"public_id": ""}, name="mail-language"),
    path(_WORDS, mail_settings.EditWords.as_view(), name="mail-words"),
    path(f"{_WORDS}/preview", mail_settings.EditWords.as_view(previewing=True), name="mail-words-preview"),
    path(f"{_WORDS}/reset", mail_settings.ResetWords.as_view(), name="reset-mail-words"),
    path("outbox", outbox.Outbox.as_view(), name="outbox"),
    path(_MAIL, outbox.Mail.as_view(), name="mail"),
    path(f"{_MAIL}/shown", outbox.MailShown.as_view(), name="mail-shown"),
    path(f"{_MAIL}/withdraw", outbox.WithdrawMail.as_view(), name="mail-withdraw"),
    path(f"{_MAIL}/retry", outbox.RetryMail.as_view(), name="mail-retry"),
    path(f"{_MAIL}/document.pdf", outbox.MailDocument.as_view(), name="mail-document"),
    path(f"{_MAIL}/copies/<int:copy>", outbox.CapturedFile.as_view(), name="mail-copy"),
    path(f"{_MAIL}/copies/<int:copy>/<int:attachment>", outbox.CapturedFile.as_view(), name="mail-attachment"),
]
