"""The branding of documents: logo, colour, texts, size; with a sample."""

from base64 import b64encode
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.documents import storage
from bigledger_crm.documents.logos import MAX_BYTES
from bigledger_crm.tenancy.models import PAPER_SIZES
from bigledger_crm.web import formatting
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from sales.inputs import BrandingInput
from sales.services import render_sample_pdf, update_branding

_SAMPLE_TOTAL = Decimal(1250)
_NAMES = ("accent_color", "letterhead", "footer", "paper_size")


class BrandingForm(forms.Form):
    """The branding of documents."""

    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 2 MB."),
        widget=forms.FileInput(
            attrs={
                "accept": "image/png,image/jpeg,image/webp",
                "data-choose": gettext_lazy("Choose a file"),
                "data-none": gettext_lazy("No file chosen"),
            }
        ),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    accent_color = forms.CharField(
        label=gettext_lazy("Accent colour"),
        required=False,
        help_text=gettext_lazy("For example #1f4e79. Leave blank for black."),
        widget=forms.TextInput(attrs={"data-colour": gettext_lazy("Pick a colour"), "spellcheck": "false"}),
    )
    letterhead = forms.CharField(
        label=gettext_lazy("Tagline"),
        required=False,
        help_text=gettext_lazy("Shown below your company name."),
    )
    footer = forms.CharField(label=gettext_lazy("Footer text"), required=False)
    paper_size = forms.ChoiceField(label=gettext_lazy("Paper size"), choices=[(size, size) for size in PAPER_SIZES])

    def branding_input(self) -> BrandingInput:
        """What the service takes, apart from the logo."""
        return BrandingInput(**{name: self.cleaned_data[name] for name in _NAMES})

    def logo_content(self) -> bytes | None:
        """The new logo, b"" to remove the old one, None to keep it."""
        if self.cleaned_data["no_logo"]:
            return b""
        upload = self.cleaned_data["logo"]
        return upload.read(MAX_BYTES + 1) if upload else None


class BrandingView(ServiceFormView):
    """The form, with a sample beside it."""

    resource = "settings"
    verb = "manage"
    template = "sales/branding.html"

    def make_form(self, data: Any = None) -> BrandingForm:
        """What is set."""
        initial = {name: getattr(self.actor.company, name) for name in _NAMES}
        return BrandingForm(data, self.request.FILES if data is not None else None, initial=initial)

    def save(self, form: BrandingForm) -> str:
        """Back to the form."""
        update_branding(self.actor, form.branding_input(), logo=form.logo_content())
        self.done(_("Changes saved. Documents already sent keep their previous design."))
        return reverse("sales:branding")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Document design"),
            "submit": _("Save"),
            "sample": reverse("sales:branding-sample"),
            "logo": _data_url(self.actor.company.logo),
            "total": formatting.amount_with_currency(_SAMPLE_TOTAL, self.actor.company.currency),
        }


def _data_url(logo: str) -> str:
    """A stored logo as a URL that a page can show without asking for it; "" without one."""
    return f"data:image/png;base64,{b64encode(storage.read(logo)).decode()}" if logo else ""


class SamplePdfView(CompanyView):
    """A sample invoice with the current branding."""

    resource = "quotes"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The PDF."""
        pdf = render_sample_pdf(self.actor)
        return pdf_response(pdf.content, pdf.filename)
