"""Forms of the admin for people and invitations."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from bigledger_crm.account.models import Invitation
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.admin_base import ModelForm
from bigledger_crm.tenancy.models import Company, Membership, User

if TYPE_CHECKING:
    _NewUserForm = AdminUserCreationForm[User]
    _UserForm = UserChangeForm[User]
else:  # Django's classes take no parameters when they run
    _NewUserForm, _UserForm = AdminUserCreationForm, UserChangeForm


class LowerCaseEmail:
    """Addresses are kept in lower case, as people sign in without regard to it."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """The address in lower case."""
        address = str(self.cleaned_data["email"]).strip().lower()
        if not is_email_address(address):
            raise forms.ValidationError("Enter a valid email address.")
        return address


class NamedPerson(LowerCaseEmail):
    """A name without what can't be seen."""

    def clean_name(self) -> str:
        """The clean name."""
        return clean_line(str(self.cleaned_data.get("name", "")))


class NewPersonForm(NamedPerson, _NewUserForm):
    """A new person with a password, or without one until it is set."""

    class Meta:
        model = User
        fields = ["email", "name"]


class PersonForm(NamedPerson, _UserForm):
    """A person."""

    class Meta:
        model = User
        fields = ["email", "name", "language", "password", "is_superuser"]


class InvitationForm(LowerCaseEmail, ModelForm):
    """Whom to invite to a company."""

    company: Company

    class Meta:
        model = Invitation
        fields = ["email", "role"]

    def clean_email(self) -> str:
        """Somebody who isn't a member yet."""
        address = super().clean_email()
        if Membership.objects.filter(company=self.company, user__email=address).exists():
            raise forms.ValidationError(f"{address} is a member of {self.company.name} already.")
        return address
