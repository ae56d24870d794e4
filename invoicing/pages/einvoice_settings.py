"""Settings of e-invoices: the connection to MyInvois, the certificate, and when invoices are reported."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError, NotFound
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.views import CompanyView
from invoicing.models import EInvoiceSettings
from invoicing.pages.einvoice_settings_form import ENVIRONMENTS, OFF, EInvoiceSettingsForm
from invoicing.queries.einvoice_settings import require_readable, saved_settings
from invoicing.rules.einvoice_settings import MALAYSIA, days_to_warn
from invoicing.services import try_einvoice_connection, update_einvoice_settings


class _InMalaysia(CompanyView):
    resource = "settings"
    verb = "manage"

    def require_malaysia(self) -> None:
        """Raises NotFound: elsewhere there is no such page."""
        if self.actor.company.country != MALAYSIA:
            raise NotFound("Page", self.request.path)


class EInvoiceSettingsView(_InMalaysia, ServiceFormView):
    """The form, and beside it how things are."""

    template = "invoicing/einvoice_settings.html"
    stored: EInvoiceSettings | None

    def prepare(self, public_id: str = "") -> None:
        """What is saved."""
        self.require_malaysia()
        self.stored = saved_settings()

    def make_form(self, data: Any = None) -> EInvoiceSettingsForm:
        """What is stored."""
        return EInvoiceSettingsForm(data, self.request.FILES if data is not None else None, stored=self.stored)

    def save(self, form: EInvoiceSettingsForm) -> str:
        """Back to the form."""
        update_einvoice_settings(self.actor, form.make_input())
        self.done(_("Changes saved"))
        return reverse("invoicing:einvoice-settings")

    def get_context(self) -> dict[str, Any]:
        """Texts, and what stands beside the form."""
        stored = self.stored
        return {
            "title": _("E-invoices"),
            "submit": _("Save"),
            "details": _details(stored) if stored else [],
            "can_test": bool(stored and stored.environment),
            "is_simulator": bool(stored and stored.environment == "simulator"),
            "problems": _problems(stored) if stored else [],
            "certificate_note": certificate_note(stored) if stored else "",
        }


class EInvoiceConnectionTestView(_InMalaysia):
    """The button that tries the saved connection, outside any transaction: it may take a while."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The settings, where the button is."""
        self.require_malaysia()
        return HttpResponseRedirect(reverse("invoicing:einvoice-settings"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Tries it, and says what came of it."""
        self.require_malaysia()
        try:
            result = try_einvoice_connection(self.actor)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            (messages.success if result.is_good else messages.error)(request, result.message)
        return HttpResponseRedirect(reverse("invoicing:einvoice-settings"))


def certificate_warning(actor: Actor) -> str:
    """The same for the company, for who can do something about it."""
    if actor.company.country != MALAYSIA or not actor.may("settings", "manage"):
        return ""
    stored = saved_settings()
    return certificate_note(stored) if stored else ""


def certificate_note(stored: EInvoiceSettings) -> str:
    """That the certificate has expired or is about to; "" while it is valid for long."""
    days = days_to_warn(stored.certificate_expires_at, clock.now())
    if days is None or stored.version != "1.1" or not stored.environment:
        return ""
    if days <= 0:
        return _("The certificate for e-invoices has expired: none can be signed. Upload the new one.")
    return ngettext(
        "The certificate for e-invoices expires in %(days)s day. Upload the new one before that.",
        "The certificate for e-invoices expires in %(days)s days. Upload the new one before that.",
        days,
    ) % {"days": days}


def _details(stored: EInvoiceSettings) -> Sequence[DetailField]:
    signer = stored.certificate_subject
    if signer and not stored.certificate:
        signer = _("%(subject)s (the installation’s)") % {"subject": signer}
    return [
        DetailField(_("Environment"), ENVIRONMENTS[stored.environment or OFF]),
        DetailField(
            _("Last test that worked"), formatting.moment(stored.tested_at) if stored.tested_at else _("None yet")
        ),
        DetailField(_("Certificate"), signer),
        DetailField(
            _("Certificate expires"),
            formatting.day(stored.certificate_expires_at) if stored.certificate_expires_at else "",
            tone="bad" if certificate_note(stored) else "neutral",
        ),
    ]


def _problems(stored: EInvoiceSettings) -> list[str]:
    """Why what is saved can't be used, such as after a change of SECRET_KEY."""
    if not stored.environment:
        return []
    try:
        require_readable(stored)
    except DomainError as error:
        return [error.message]
    return []
