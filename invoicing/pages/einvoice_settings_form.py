"""The form of the settings of e-invoices."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import UNSET

from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_fields import DayField
from invoicing.inputs import EInvoiceSettingsInput
from invoicing.models import EInvoiceSettings
from invoicing.rules.einvoice_settings import MAX_CERTIFICATE_BYTES
from invoicing.services import check_certificate_file

OFF = "off"
ENVIRONMENTS: dict[str, Text] = {
    OFF: gettext_lazy("Off"),
    "simulator": gettext_lazy("Simulator"),
    "sandbox": gettext_lazy("LHDN’s sandbox"),
    "production": gettext_lazy("Production"),
}
_VERSIONS = {"1.0": gettext_lazy("1.0, without signature"), "1.1": gettext_lazy("1.1, signed")}
_SUBMIT_WHEN = {
    "by_hand": gettext_lazy("By hand"),
    "on_issue": gettext_lazy("When an invoice is issued"),
    "daily": gettext_lazy("Once a day"),
}
_PLAIN = (
    "environment",
    "client_id",
    "on_behalf_of",
    "version",
    "submit_when",
    "starts_on",
    "relaxation_until",
    "emails_wait",
    "shipping_as_line",
)
GROUPS = (
    (gettext_lazy("Connection to MyInvois"), ("environment", "client_id", "client_secret", "on_behalf_of")),
    (gettext_lazy("Signature"), ("version", "certificate", "certificate_password", "no_certificate")),
    (gettext_lazy("Reporting"), ("starts_on", "submit_when", "relaxation_until", "emails_wait", "shipping_as_line")),
)


def _secret(label: Any, help_text: Any = "") -> forms.CharField:
    """A field that never shows what is stored, and that browsers don't fill in."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, strip=False, help_text=help_text, widget=widget)


class EInvoiceSettingsForm(forms.Form):
    """How e-invoices are reported."""

    environment = forms.ChoiceField(
        label=gettext_lazy("Environment"),
        help_text=gettext_lazy("Try it in the simulator or the sandbox first: they report nothing to LHDN."),
    )
    client_id = forms.CharField(
        label=gettext_lazy("Client ID"),
        required=False,
        help_text=gettext_lazy("From the MyInvois portal, under ERP. The sandbox has its own."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_secret = _secret(gettext_lazy("Client secret"))
    on_behalf_of = forms.CharField(
        label=gettext_lazy("Acts on behalf of"),
        required=False,
        help_text=gettext_lazy(
            "Only if the client ID is an intermediary’s: your TIN, or IG…:number of the business for a sole proprietor."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    version = forms.ChoiceField(label=gettext_lazy("Version of the documents"), choices=list(_VERSIONS.items()))
    certificate = forms.FileField(
        label=gettext_lazy("Certificate"),
        required=False,
        help_text=gettext_lazy("A PKCS#12 file (.p12 or .pfx) for organisations, at most 64 KB."),
        widget=forms.FileInput(
            attrs={
                "accept": ".p12,.pfx,application/x-pkcs12",
                "data-choose": gettext_lazy("Choose a file"),
                "data-none": gettext_lazy("No file chosen"),
            }
        ),
    )
    certificate_password = _secret(gettext_lazy("Password of the certificate"), gettext_lazy("With a new file only."))
    no_certificate = forms.BooleanField(label=gettext_lazy("Remove the certificate"), required=False)
    starts_on = DayField(
        label=gettext_lazy("Report invoices from"),
        required=False,
        help_text=gettext_lazy("The first invoice date that is reported."),
    )
    submit_when = forms.ChoiceField(label=gettext_lazy("Submit"), choices=list(_SUBMIT_WHEN.items()))
    relaxation_until = DayField(
        label=gettext_lazy("Relaxation until"),
        required=False,
        help_text=gettext_lazy("LHDN’s date: until then a consolidated e-invoice can hold sales of any amount."),
    )
    emails_wait = forms.BooleanField(
        label=gettext_lazy("Invoice emails wait until LHDN has accepted"),
        required=False,
        help_text=gettext_lazy("The PDF then carries the QR code of the validated e-invoice."),
    )
    shipping_as_line = forms.BooleanField(
        label=gettext_lazy("Report shipping as a line"),
        required=False,
        help_text=gettext_lazy("Otherwise it is a charge of the whole document."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, stored: EInvoiceSettings | None) -> None:
        """With what is stored, but for the secrets."""
        shown = stored or EInvoiceSettings()
        self.uploaded = b""
        initial = {name: getattr(shown, name) for name in _PLAIN}
        super().__init__(data, files, initial=initial | {"environment": shown.environment or OFF})
        offered = {OFF, "sandbox", "production", shown.environment}
        offered |= {"simulator"} if settings.MYINVOIS_SIMULATOR_URL else set()
        choices = [(name, label) for name, label in ENVIRONMENTS.items() if name in offered]
        self.fields["environment"].choices = choices  # type: ignore[attr-defined]  # of ChoiceField
        for name in ("client_id", "client_secret", "starts_on"):
            self.fields[name].note = _("needed unless off")  # type: ignore[attr-defined]  # in place of "optional"
        if shown.client_secret:
            self.fields["client_secret"].note = ""  # type: ignore[attr-defined]
            self.fields["client_secret"].label = _("Replace the client secret")
            self.fields["client_secret"].help_text = _(
                "Saved on %(day)s, and never shown again. Leave empty to keep it."
            ) % {"day": formatting.day(shown.client_secret_saved_at)}
        if shown.certificate:
            self.fields["certificate"].label = _("Replace the certificate")
        else:
            del self.fields["no_certificate"]

    def clean_certificate(self) -> Any:
        """A file that is too large isn't even read."""
        upload = self.cleaned_data["certificate"]
        if upload and upload.size > MAX_CERTIFICATE_BYTES:
            raise forms.ValidationError(_("The file can be at most 64 KB"))
        return upload

    def clean(self) -> dict[str, Any]:
        """A password belongs to a file, which is opened here: nothing is locked meanwhile."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        upload, password = values.get("certificate"), values.get("certificate_password", "")
        if upload:
            self.uploaded = upload.read()
            for error in check_certificate_file(self.uploaded, password):
                self.add_error("certificate", error.message)
        elif password and "certificate" not in self.errors:
            self.add_error("certificate", _("Choose the file that the password belongs to"))
        return values

    def groups(self) -> list[tuple[Text, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in GROUPS]

    def make_input(self) -> EInvoiceSettingsInput:
        """What the service takes; secrets that weren't typed stay."""
        values = self.cleaned_data
        removed = b"" if values.get("no_certificate") else UNSET
        return EInvoiceSettingsInput(
            **{name: values[name] for name in _PLAIN if name != "environment"},
            environment=values["environment"] if values["environment"] != OFF else "",
            client_secret=values["client_secret"] or UNSET,
            certificate=self.uploaded or removed,
            certificate_password=values["certificate_password"],
        )
