"""The settings of email: from whom, where answers go, a test, and what the domain's DNS has to say."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.administration import email as services
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.outbox.message import sender_address
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import ServiceFormView


@dataclass(frozen=True)
class DnsRecord:
    """A TXT record that the sender's domain needs: what for, its name, and what it says."""

    label: Text
    about: Text
    name: str
    value: str


def dns_records(domain: str, server: str) -> list[DnsRecord]:
    """What DNS has to say of a domain from which a mail server sends; "" for a server that nobody knows."""
    sends = f"{_mechanism(server)}:{server}" if server else "include:<your email provider>"
    return [
        DnsRecord(
            "SPF",
            _("Which servers may send for the domain. Your provider's help page names its own include."),
            domain,
            f"v=spf1 {sends} ~all",
        ),
        DnsRecord(
            "DKIM",
            _("The key that your mail server signs emails with. Your provider gives you the selector and the key."),
            f"<selector>._domainkey.{domain}",
            "v=DKIM1; k=rsa; p=<public key>",
        ),
        DnsRecord(
            "DMARC",
            _("What receivers do with emails that fail both. Begin with p=none, and read the reports."),
            f"_dmarc.{domain}",
            f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
        ),
    ]


def _mechanism(server: str) -> str:
    """How SPF names a server: by its name, or by its address."""
    try:
        return f"ip{ip_address(server).version}"
    except ValueError:
        return "a"


class EmailSettingsForm(forms.Form):
    """From whom emails are."""

    sender_name = forms.CharField(
        label=gettext_lazy("Sender name"),
        required=False,
        help_text=gettext_lazy("What recipients see. Leave empty for the company's name."),
    )
    reply_to = forms.CharField(
        label=gettext_lazy("Reply-to address"),
        required=False,
        help_text=gettext_lazy("Where answers go. Leave empty for the person who sends."),
        widget=forms.TextInput(attrs={"inputmode": "email"}),
    )


class TestEmailForm(forms.Form):
    """Where a test goes."""

    to = forms.CharField(label=gettext_lazy("To"), widget=forms.TextInput(attrs={"inputmode": "email"}))


class EmailSettingsView(ServiceFormView):
    """The sender, the test and the records."""

    resource = "settings"
    verb = "manage"
    template = "administration/email.html"

    def make_form(self, data: Any = None) -> EmailSettingsForm:
        """What is stored."""
        company = self.actor.company
        return EmailSettingsForm(data, initial={"sender_name": company.sender_name, "reply_to": company.reply_to})

    def also_wrong(self, form: EmailSettingsForm) -> list[FieldError]:
        """By the rules."""
        values = form.cleaned_data
        return services.check_email_settings(values.get("sender_name", ""), values.get("reply_to", ""))

    def save(self, form: EmailSettingsForm) -> str:
        """Back to the form."""
        services.update_email_settings(self.actor, **form.cleaned_data)
        self.done(_("Changes saved"))
        return reverse("pages:email-settings")

    def get_context(self) -> dict[str, Any]:
        """Texts, and what stands beside the form."""
        sender = sender_address(settings.DEFAULT_FROM_EMAIL)
        company = self.actor.company
        return {
            "title": _("Email"),
            "submit": _("Save"),
            "sender": f"{company.sender_name or company.name} <{sender.addr_spec}>",
            "domain": sender.domain,
            "is_captured": settings.CAPTURED_MAIL is not None,
            "records": dns_records(sender.domain, "" if settings.CAPTURED_MAIL else settings.EMAIL_HOST),
            "test_form": TestEmailForm(initial={"to": self.actor.email}, auto_id="test_%s"),
        }


class TestEmailView(EmailSettingsView):
    """Sends a test."""

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The settings, where the button is."""
        return super().get(request, public_id)

    def make_form(self, data: Any = None) -> Any:
        """The test's form, once it is posted."""
        return super().make_form() if data is None else TestEmailForm(data, auto_id="test_%s")

    def also_wrong(self, form: Any) -> list[FieldError]:
        """Nothing that isn't told anyway."""
        return []

    def save(self, form: Any) -> str:
        """To the email in the outbox."""
        email = services.send_test_email(self.actor, form.cleaned_data["to"].strip())
        self.done(_("Test email queued. Its delivery is shown here."))
        return reverse("pages:email", args=[email.public_id])

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        """The page, with what is wrong at the test."""
        if not isinstance(form, TestEmailForm):
            return super().show(form, status=status)
        context = {**self.get_context(), "test_form": form, "form": super().make_form(), "form_key": self.form_key}
        return self.page(self.template, status=status, **context)
