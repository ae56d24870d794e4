"""Importing a statement: the file, what it would add, and the import."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField
from bigledger_crm.web.form_views import ServiceFormView, show_refusal
from bigledger_crm.web.htmx import status_for
from invoicing.bank_files.statement import Statement
from invoicing.models import BankAccount, BankTransaction, BankUpload
from invoicing.queries.bank import bank_account_by_public_id, bank_upload_by_public_id
from invoicing.services import Rehearsal, import_upload, keep_upload, read_statement_file, rehearse_statement
from invoicing.services.bank_uploads import check_upload

_MOST_SHOWN = 100


class StatementFileForm(forms.Form):
    """A statement file."""

    file = forms.FileField(
        label=gettext_lazy("Statement file"),
        help_text=gettext_lazy("camt.053, camt.054, MT940, OFX, CSV or XLSX, at most 10 MB. Nothing is added yet."),
        error_messages={"required": gettext_lazy("Choose a file"), "empty": gettext_lazy("The file is empty")},
    )


class BankStatementUploadView(ServiceFormView):
    """Takes a file, and shows what it would add."""

    resource = "bank"
    template = "invoicing/bank_upload.html"
    account: BankAccount

    def prepare(self, public_id: str = "") -> None:
        """The account."""
        self.account = bank_account_by_public_id(public_id)

    def make_form(self, data: Any = None) -> StatementFileForm:
        """The field of a file."""
        return StatementFileForm(data, self.request.FILES if data is not None else None)

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Reads the file first, for that may take a while and nothing is to be locked meanwhile."""
        self.prepare(public_id)
        form = self.make_form(request.POST)
        if form.is_valid():
            try:
                check_upload(form.cleaned_data["file"].size)
                read_statement_file(self.account, form.cleaned_data["file"].read())
            except DomainError as error:
                show_refusal(form, error)
                return self.show(form, status=error.status)
            form.cleaned_data["file"].seek(0)
        return super().post(request, public_id)

    def save(self, form: StatementFileForm) -> str:
        """To what it would add."""
        file = form.cleaned_data["file"]
        file.seek(0)
        upload = keep_upload(self.actor, self.account, filename=file.name or "", content=file.read())
        return reverse("invoicing:bank-upload", args=[upload.public_id])

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        back = reverse("invoicing:bank-account", args=[self.account.public_id])
        return {
            "title": _("Import a statement of %(name)s") % {"name": self.account.name},
            "submit": _("Show what it adds"),
            "back": back,
        }


class BankUploadView(ServiceFormView):
    """What a file would add, and the button that adds it."""

    resource = "bank"
    template = "invoicing/bank_rehearsal.html"
    upload: BankUpload
    statement: Statement

    def prepare(self, public_id: str = "") -> None:
        """The file, read again: it is what it was, but the account may have changed."""
        self.upload = bank_upload_by_public_id(public_id)
        self.statement = read_statement_file(self.upload.account, bytes(self.upload.content))

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The rehearsal."""
        try:
            return super().get(request, public_id)
        except DomainError as error:
            if error.status == 404:
                raise
            form = StatementFileForm({}, None)
            show_refusal(form, error)
            context = {"title": _("Import a statement"), "submit": "", "back": reverse("invoicing:bank-accounts")}
            status = status_for(request, error.status)
            return self.page("invoicing/bank_upload.html", status=status, form=form, **context)

    def make_form(self, data: Any = None) -> forms.Form:
        """Nothing to fill in."""
        return forms.Form(data)

    def save(self, form: forms.Form) -> str:
        """On to the queue."""
        kept = import_upload(self.actor, self.upload, self.statement)
        matched = BankTransaction.objects.filter(statement=kept, status="matched").count()
        count = kept.added_count
        text = ngettext("%(count)s transaction added", "%(count)s transactions added", count) % {"count": count}
        if matched:
            also = _("%(count)s matched automatically")
            text = f"{text}, {also % {'count': matched}}"
        self.done(text)
        return reverse("invoicing:bank")

    def get_context(self) -> dict[str, Any]:
        """What would be added."""
        rehearsal = rehearse_statement(self.upload.account, self.statement)
        currency = rehearsal.account.currency
        return {
            "title": _("What %(file)s adds") % {"file": self.upload.filename},
            "submit": _("Import statement") if rehearsal.new else "",
            "back": reverse("invoicing:bank-account", args=[rehearsal.account.public_id]),
            "details": _facts(rehearsal),
            "rows": [(one, formatting.amount(one.amount, currency)) for one in rehearsal.new[:_MOST_SHOWN]],
            "more": max(0, len(rehearsal.new) - _MOST_SHOWN),
            "currency": currency,
        }


def _facts(rehearsal: Rehearsal) -> list[DetailField]:
    statement, currency = rehearsal.statement, rehearsal.account.currency
    amounts = [one.amount for one in rehearsal.new]

    def money(amount: Any) -> str:
        return "" if amount is None else formatting.amount_with_currency(amount, currency)

    there = len(statement.movements) - len(rehearsal.new)
    return [
        DetailField(_("Account"), rehearsal.account.name),
        DetailField(_("New transactions"), str(len(rehearsal.new))),
        DetailField(_("Already there"), str(there) if there else ""),
        DetailField(_("Money in"), money(sum((one for one in amounts if one > 0), ZERO))),
        DetailField(_("Money out"), money(sum((-one for one in amounts if one < 0), ZERO))),
        DetailField(_("Opening balance"), money(statement.opening)),
        DetailField(_("Closing balance"), money(statement.closing)),
    ]
