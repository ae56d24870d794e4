"""Bank accounts: their list, their pages with statements, and the form that changes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.documents.attachments import attachments_of, read_attachment
from bigledger_crm.kernel.errors import DomainError, FieldError, NotFound
from bigledger_crm.web.components import Action, DetailField, StatusBadge, Text
from bigledger_crm.web.form_fields import NameField
from bigledger_crm.web.form_views import ConfirmView, ServiceFormView, place_error
from bigledger_crm.web.timeline import timeline
from bigledger_crm.web.views import CompanyView
from invoicing.bank_files.cells import DATE_FORMATS
from invoicing.inputs import BankAccountInput, ColumnProfile
from invoicing.models import BankAccount, BankStatement
from invoicing.pages.bank_imports import StatementFileForm
from invoicing.queries.bank import bank_account_by_public_id, bank_statement_by_public_id, unmatched_counts
from invoicing.services import check_bank_account, create_bank_account, delete_bank_account, update_bank_account

_MOST_STATEMENTS = 60
_PLAIN = ("name", "bank", "currency", "iban", "account_number", "is_active", "auto_match")
HEADINGS: dict[str, Text] = {
    "date": gettext_lazy("Date"),
    "amount": gettext_lazy("Amount"),
    "credit": gettext_lazy("Money in"),
    "debit": gettext_lazy("Money out"),
    "balance": gettext_lazy("Balance"),
    "description": gettext_lazy("Text"),
    "reference": gettext_lazy("Reference"),
    "counterparty": gettext_lazy("From or to"),
    "transaction_id": gettext_lazy("The bank's own ID"),
}


def account_href(public_id: str) -> str:
    """The page of a bank account."""
    return reverse("invoicing:bank-account", args=[public_id])


class BankAccountsView(CompanyView):
    """All accounts, each with what waits."""

    resource = "bank"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        accounts = list(BankAccount.objects.order_by("-is_active", "name", "pk"))
        waiting = unmatched_counts(accounts)
        create = Action(_("New bank account"), reverse("invoicing:new-bank-account"), icon="plus", primary=True)
        return self.page(
            "invoicing/bank_accounts.html",
            title=_("Bank accounts"),
            rows=[(one, account_href(one.public_id), waiting.get(one.pk, 0)) for one in accounts],
            actions=[create] if self.actor.may("bank", "write") else [],
        )


class BankAccountView(CompanyView):
    """One account with its statements, and the form that imports another."""

    resource = "bank"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        account = bank_account_by_public_id(public_id)
        may = self.actor.may("bank", "write")
        statements = BankStatement.objects.filter(account=account).order_by("-created_at", "-pk")
        return self.page(
            "invoicing/bank_account.html",
            title=account.name,
            badge=StatusBadge(_("In use"), "good") if account.is_active else StatusBadge(_("Not in use")),
            account=account,
            details=_facts(account),
            statements=[
                (one, reverse("invoicing:bank-statement-file", args=[public_id, one.public_id]))
                for one in statements[:_MOST_STATEMENTS]
            ],
            form=StatementFileForm() if may and account.is_active else None,
            actions=_buttons(account) if may else [],
            timeline=timeline(request, account.pk),
        )


def _facts(account: BankAccount) -> list[DetailField]:
    matching = _("By payment reference and exact amount") if account.auto_match else _("By hand only")
    return [
        DetailField(_("Bank"), account.bank),
        DetailField(_("Account number"), account.account_number),
        DetailField("IBAN", account.iban),
        DetailField(_("Currency"), account.currency),
        DetailField(_("Matching"), matching),
        DetailField(_("Waiting"), str(unmatched_counts([account]).get(account.pk, 0)), href=reverse("invoicing:bank")),
    ]


def _buttons(account: BankAccount) -> list[Action]:
    change = reverse("invoicing:bank-account-edit", args=[account.public_id])
    delete = reverse("invoicing:delete-bank-account", args=[account.public_id])
    return [
        Action(_("Edit"), change, icon="pencil"),
        Action(_("Delete"), delete, dialog=True, danger=True, more=True, icon="trash-2"),
    ]


class BankAccountForm(forms.Form):
    """A bank account, and how its tables are read."""

    name = NameField(label=gettext_lazy("Name"), max_length=100)
    bank = forms.CharField(label=gettext_lazy("Bank"), required=False)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    account_number = forms.CharField(label=gettext_lazy("Account number"), required=False)
    iban = forms.CharField(label="IBAN", required=False)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)
    auto_match = forms.BooleanField(
        label=gettext_lazy("Match by payment reference"),
        required=False,
        help_text=gettext_lazy(
            "When a statement is imported, what quotes an open invoice's payment reference with its exact amount is "
            "recorded as its payment."
        ),
    )
    date_format = forms.ChoiceField(
        label=gettext_lazy("Dates"),
        required=False,
        choices=[("", gettext_lazy("As usual")), *((one, one) for one in DATE_FORMATS)],
    )
    decimal_separator = forms.ChoiceField(
        label=gettext_lazy("Decimals"), required=False, choices=[(".", "1,234.56"), (",", "1.234,56")]
    )
    reverse_signs = forms.BooleanField(label=gettext_lazy("Money that comes in is negative"), required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any]) -> None:
        """With a field for each heading."""
        super().__init__(data, initial=dict(initial))
        for name, label in HEADINGS.items():
            self.fields[f"columns_{name}"] = forms.CharField(label=str(label), required=False, max_length=100)

    def main_fields(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [self[name] for name in _PLAIN]

    def table_fields(self) -> list[forms.BoundField]:
        """How tables are read."""
        return [self[name] for name in self.fields if name not in _PLAIN]

    def profile(self) -> ColumnProfile | None:
        """How tables are read; None where the usual headings do."""
        values = self.cleaned_data
        columns = {name: text for name in HEADINGS if (text := values.get(f"columns_{name}"))}
        given = ColumnProfile(
            columns=columns,
            date_format=values.get("date_format") or "",
            decimal_separator=values.get("decimal_separator") or ".",
            reverse_signs=bool(values.get("reverse_signs")),
        )
        return given if given != ColumnProfile() else None


class BankAccountCreateView(ServiceFormView):
    """A new account."""

    resource = "bank"
    template = "invoicing/bank_account_form.html"

    def make_form(self, data: Any = None) -> BankAccountForm:
        """In the company's currency."""
        return BankAccountForm(data, initial={"currency": self.actor.company.currency, "is_active": True})

    def inputs(self, form: BankAccountForm) -> BankAccountInput:
        """What was typed."""
        values = {name: form.cleaned_data[name] for name in _PLAIN if name in form.cleaned_data}
        return BankAccountInput(**values, column_profile=form.profile())

    def also_wrong(self, form: BankAccountForm) -> list[FieldError]:
        """By the rules."""
        return _at_fields(check_bank_account(self.inputs(form))[1])

    def refuse(self, form: BankAccountForm, error: DomainError) -> None:
        """What is wrong with how tables are read is told at the fields of that."""
        if not error.errors:
            super().refuse(form, error)
        for wrong in _at_fields(error.errors):
            place_error(form, wrong)

    def save(self, form: BankAccountForm) -> str:
        """To the account."""
        account = create_bank_account(self.actor, self.inputs(form))
        self.done(_("%(name)s created") % {"name": account.name})
        return account_href(account.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        back = reverse("invoicing:bank-accounts")
        return {"title": _("New bank account"), "submit": _("Create bank account"), "back": back}


def _at_fields(errors: Sequence[FieldError]) -> list[FieldError]:
    """The errors of the column profile at the fields that it has on the page."""
    return [
        FieldError(error.path[1:], error.message) if error.path[0] == "column_profile" else error for error in errors
    ]


class BankAccountUpdateView(BankAccountCreateView):
    """Changes an account."""

    account: BankAccount

    def prepare(self, public_id: str = "") -> None:
        """The account."""
        self.account = bank_account_by_public_id(public_id)

    def make_form(self, data: Any = None) -> BankAccountForm:
        """What is stored."""
        profile = self.account.column_profile
        columns = {f"columns_{name}": text for name, text in profile.get("columns", {}).items()}
        plain = {name: getattr(self.account, name) for name in _PLAIN}
        return BankAccountForm(data, initial={**plain, **profile, **columns})

    def save(self, form: BankAccountForm) -> str:
        """Back to the account."""
        update_bank_account(self.actor, self.account, self.inputs(form))
        self.done(_("Changes saved"))
        return account_href(self.account.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        back = account_href(self.account.public_id)
        return {"title": _("Edit %(name)s") % {"name": self.account.name}, "submit": _("Save"), "back": back}


class BankAccountDeleteView(ConfirmView):
    """Asks before an account without statements goes."""

    resource = "bank"
    account: BankAccount

    def prepare(self, public_id: str = "") -> None:
        """The account."""
        self.account = bank_account_by_public_id(public_id)

    def save(self, form: forms.Form) -> str:
        """To the list."""
        delete_bank_account(self.actor, self.account)
        self.done(_("%(name)s deleted") % {"name": self.account.name})
        return reverse("invoicing:bank-accounts")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete %(name)s?") % {"name": self.account.name},
            "text": _("Only an account without statements can be deleted."),
            "submit": _("Delete bank account"),
            "danger": True,
            "back": account_href(self.account.public_id),
        }


class BankStatementFileView(CompanyView):
    """The file of a statement, to be saved and never to be shown in place."""

    resource = "bank"

    def get(self, request: HttpRequest, public_id: str, part_id: str) -> HttpResponse:
        """The file."""
        statement = bank_statement_by_public_id(bank_account_by_public_id(public_id), part_id)
        files = attachments_of([statement.pk])[statement.pk]
        if not files:
            raise NotFound("Attachment", part_id)
        headers = {
            "Content-Disposition": content_disposition_header(True, files[0].filename) or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(read_attachment(files[0]), content_type=files[0].content_type, headers=headers)
