"""The company's settings: what its documents say of it, with a look at the top of an invoice."""

from base64 import b64encode
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.documents import storage
from bigledger_crm.documents.formatting import company_lines, contact_lines
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.views import CompanyView
from sales.pages.company_forms import PLAIN, CompanyForm
from sales.services import check_company, update_company


class _CompanyPage(CompanyView):
    resource = "settings"
    verb = "manage"
    partials = {"company-preview": "sales/company_preview.html"}

    def preview(self, form: CompanyForm) -> dict[str, Any]:
        """The top of an invoice as it will be printed, of what was typed as far as that can be taken."""
        company = self.actor.company
        stored = {name: getattr(company, name) for name in (*PLAIN, "address")}
        typed: dict[str, Any] = {}
        wrong: set[object] = set()
        if form.is_bound and form.errors is not None:
            country = form.cleaned_data.get("country", company.country)
            typed, errors = check_company(form.make_input(), country=country)
            wrong = {error.path[0] for error in errors}
        facts = {**stored, **{name: value for name, value in typed.items() if name not in wrong}}
        language = facts["language"]
        return {
            "facts": facts,
            "language": language,
            "contact": contact_lines(facts, language),
            "lines": company_lines(facts, language),
            "letterhead": company.letterhead,
            "footer": company.footer,
            "logo": f"data:image/png;base64,{b64encode(storage.read(company.logo)).decode()}" if company.logo else "",
        }


class CompanyUpdateView(_CompanyPage, ServiceFormView):
    """The form, with the top of an invoice beside it."""

    template = "sales/company.html"

    def make_form(self, data: Any = None) -> CompanyForm:
        """What is stored."""
        return CompanyForm(data, self.request.FILES if data is not None else None, company=self.actor.company)

    def also_wrong(self, form: CompanyForm) -> list[FieldError]:
        """By the rules."""
        country = form.cleaned_data.get("country", self.actor.company.country)
        return check_company(form.make_input(), country=country)[1]

    def save(self, form: CompanyForm) -> str:
        """Back to the form."""
        update_company(self.actor, form.make_input(), logo=form.logo_content())
        self.done(_("Changes saved. Documents already issued keep what they say."))
        return reverse("sales:company")

    def show(self, form: CompanyForm, *, status: int = 200) -> HttpResponse:
        """The page, with the invoice of what is in the form."""
        self.shown = form
        return super().show(form, status=status)

    def get_context(self) -> dict[str, Any]:
        """Texts, and the preview."""
        return {
            "title": _("Company"),
            "submit": _("Save"),
            "preview": self.preview(self.shown),
            "has_logo": bool(self.actor.company.logo),
        }


class CompanyPreviewView(_CompanyPage):
    """The top of an invoice as the form stands; nothing is saved."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The preview."""
        form = CompanyForm(request.POST, company=self.actor.company)
        return self.page("sales/company_preview.html", preview=self.preview(form))
