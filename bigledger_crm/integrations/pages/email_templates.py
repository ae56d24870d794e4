"""What emails say: the company's own words for each kind and language, with a preview of the email."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import InvalidData, NotFound
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.outbox.email_templates.services import (
    email_text_for,
    own_email_texts,
    reset_email_text,
    sample_email,
    save_email_text,
    set_language,
)
from bigledger_crm.outbox.message import Preview, preview
from bigledger_crm.registry import EmailContent, EmailKind, email_kinds
from bigledger_crm.web.components import Action, Column, StatusBadge, make_table
from bigledger_crm.web.email_preview import email_response
from bigledger_crm.web.form_views import ActionView, ServiceFormView, show_refusal
from bigledger_crm.web.from_project import from_project
from bigledger_crm.web.views import CompanyView


@dataclass(frozen=True)
class _Row:
    kind: EmailKind
    language: str
    content: EmailContent
    is_own: bool


def _template_href(kind: str, language: str) -> str:
    return reverse("pages:email-template", args=[f"{kind}-{language}"])


def _read(key: str) -> tuple[str, str]:
    """The kind and the language of `invoice-en`.  Raises NotFound."""
    kind, _dash, language = key.partition("-")
    if email_kinds.get(kind) is None or language not in LANGUAGES:
        raise NotFound("Template", key)
    return kind, language


class LanguageForm(forms.Form):
    """The company's language."""

    language = forms.ChoiceField(
        label=gettext_lazy("Used for customers with no language set"), choices=[*LANGUAGES.items()]
    )


class EmailTemplateListView(CompanyView):
    """All kinds and languages, and the company's language."""

    resource = "settings"
    verb = "manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        own = own_email_texts()
        rows = [
            _Row(kind, language, own.get((kind.name, language), kind.texts[language]), (kind.name, language) in own)
            for kind in email_kinds
            for language in LANGUAGES
        ]
        return self.page(
            "pages/email_templates.html",
            title=_("Email templates"),
            form=LanguageForm(initial={"language": self.actor.company.language}),
            notes=from_project("email_template_notes", ()),
            email_templates=make_table(_columns(), rows, lambda row: _template_href(row.kind.name, row.language)),
        )


def _columns() -> Sequence[Column]:
    return (
        Column(_("Document"), lambda row: row.kind.label, "main", note=lambda row: row.content.subject),
        Column(_("Language"), lambda row: LANGUAGES[row.language]),
        Column(
            _("Text"),
            lambda row: StatusBadge(_("Your own"), "info") if row.is_own else StatusBadge(_("Standard")),
            "badge",
        ),
    )


class EmailLanguageView(ActionView):
    """Sets the company's language."""

    resource = "settings"
    verb = "manage"

    def act(self, public_id: str) -> str:
        """Back to the settings."""
        set_language(self.actor, self.request.POST.get("language", ""))
        return self.back(public_id)

    def back(self, public_id: str) -> str:
        """The settings."""
        return reverse("pages:email-templates")


class EmailTemplateForm(forms.Form):
    """An email's subject and text."""

    subject = forms.CharField(label=gettext_lazy("Subject"))
    body = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 12}))


class EmailTemplateUpdateView(ServiceFormView):
    """The words of a kind and language; with `previewing` the email that they make, with sample values."""

    resource = "settings"
    verb = "manage"
    template = "pages/email_template.html"
    previewing = False
    kind: str
    language: str

    def prepare(self, public_id: str = "") -> None:
        """The kind and language."""
        self.kind, self.language = _read(public_id)

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The form, or the email as it is."""
        if not self.previewing:
            return super().get(request, public_id)
        self.prepare(public_id)
        return self._show_email(self._stored())

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Saves, or shows the email."""
        if not self.previewing:
            return super().post(request, public_id)
        self.prepare(public_id)
        return self._show_email(request.POST)

    def make_form(self, data: Any = None) -> EmailTemplateForm:
        """What is in force."""
        return EmailTemplateForm(data, initial=self._stored())

    def save(self, form: EmailTemplateForm) -> str:
        """To the settings."""
        save_email_text(self.actor, self.kind, self.language, EmailContent(**form.cleaned_data))
        self.done(_("Changes saved"))
        return reverse("pages:email-templates")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        key = f"{self.kind}-{self.language}"
        reset = Action(_("Restore the standard text"), reverse("pages:reset-email-template", args=[key]), post=True)
        return {
            "title": _("%(kind)s, %(language)s")
            % {"kind": email_kinds[self.kind].label, "language": LANGUAGES[self.language]},
            "submit": _("Save"),
            "back": reverse("pages:email-templates"),
            "actions": [reset] if (self.kind, self.language) in own_email_texts() else [],
            "placeholders": [f"{{{name}}}" for name in email_kinds[self.kind].placeholders],
            "preview": reverse("pages:email-template-preview", args=[key]),
        }

    def _stored(self) -> dict[str, str]:
        content = email_text_for(self.kind, self.language)
        return {"subject": content.subject, "body": content.body}

    def _show_email(self, data: Any) -> HttpResponse:
        form = self.make_form(data)
        return email_response(self.request, form, self._email(form) if form.is_valid() else None)

    def _email(self, form: EmailTemplateForm) -> Preview | None:
        try:
            email = sample_email(self.actor, self.kind, self.language, EmailContent(**form.cleaned_data))
        except InvalidData as error:
            show_refusal(form, error)
            return None
        return preview(email, f"{email_kinds[self.kind].sample_number}.pdf")


class EmailTemplateResetView(ActionView):
    """Back to the standard words."""

    resource = "settings"
    verb = "manage"

    def act(self, public_id: str) -> str:
        """To the settings."""
        reset_email_text(self.actor, *_read(public_id))
        return self.back(public_id)

    def back(self, public_id: str) -> str:
        """The settings."""
        return reverse("pages:email-templates")
