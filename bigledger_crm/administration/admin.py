"""Members and API keys in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from bigledger_crm.administration import api_keys, members
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.admin_actions import row_action
from bigledger_crm.tenancy.admin_base import (
    CompanyOwnedAdmin,
    ModelForm,
    OperatorAdmin,
    operator,
    shown_columns,
    shown_once,
)
from bigledger_crm.tenancy.models import ApiKey, Company, Membership
from bigledger_crm.tenancy.permissions import SCOPES
from bigledger_crm.tenancy.security import author_of


class MembershipForm(ModelForm):
    """Who works for a company, and in which role."""

    company: Company

    class Meta:
        model = Membership
        fields = ["user", "role"]

    def clean_user(self) -> Any:
        """Nobody is a member twice."""
        user = self.cleaned_data["user"]
        if Membership.objects.filter(company=self.company, user=user).exists():
            raise forms.ValidationError(f"{user} is a member of {self.company.name} already.")
        return user


@admin.register(Membership)
class MembershipAdmin(CompanyOwnedAdmin):
    """Who works for a company.  It always keeps an owner who can sign in."""

    form = MembershipForm
    autocomplete_fields = ["user"]
    list_display = ["user", "email", "company", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["company", "user"]
    search_fields = ["user__email", "user__name"]
    actions = ["remove"]

    @admin.display(description="Email")
    def email(self, membership: Membership) -> str:
        """What the person signs in with."""
        return membership.user.email

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A member's role and its limit can be changed, and nothing else."""
        return ["company", "user", "created_at"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is shown."""
        rights = ["role", "own_records_only"]
        return ["company", "user", *rights, "created_at"] if obj else ["user", *rights]

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """Adds the member, or changes the role, through the services."""
        by = author_of(request)
        if change:
            values = form.cleaned_data
            members.change_role(
                operator(request, obj.company), by, obj, values["role"], own_records_only=values["own_records_only"]
            )
        else:
            obj.company = form.company
            members.add(operator(request, obj.company), by, obj)

    @row_action("Remove", "Remove these members? What they made stays with the company.", "Removed")
    def remove(self, request: HttpRequest, membership: Membership) -> object:
        """They no longer work for the company."""
        return members.remove(operator(request, membership.company), author_of(request), membership)


class ApiKeyForm(ModelForm):
    """A new key."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in SCOPES],
        initial=["read", "write"],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ["name", "companies", "scopes", "expires_at"]

    def clean(self) -> dict[str, Any]:
        """What the service would refuse."""
        values = super().clean() or self.cleaned_data
        if not self.errors:
            values["name"] = clean_line(values["name"])
            for error in api_keys.check_key(values["name"], values["scopes"], values["expires_at"]):
                self.add_error(str(error.path[0]), error.message)
        return values


@admin.register(ApiKey)
class ApiKeyAdmin(OperatorAdmin):
    """Keys are created and revoked, never changed.  The key itself is shown once, when it is created."""

    company_path = "companies"
    form = ApiKeyForm
    autocomplete_fields = ["companies"]
    list_display = ["name", "last_four", "created_at", "last_used_at", "expires_at", "revoked_at"]
    list_filter = ["created_at", ("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "last_four"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Everything but the hashes, once the key exists."""
        hidden = ("id", "hash", "previous_hash")
        return ["public_id", *shown_columns(ApiKey, hidden), "companies"] if obj else self.form.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """All of it, once the key exists."""
        return self.get_fields(request, obj) if obj else []

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ApiKeyForm, change: bool) -> None:
        """Creates the key."""
        values = form.cleaned_data
        actors = [operator(request, company) for company in values["companies"]]
        key, secret = api_keys.create_shared_key(
            actors, author_of(request), name=values["name"], scopes=values["scopes"], expires_at=values["expires_at"]
        )
        obj.__dict__.update(key.__dict__)
        obj.secret = secret

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Shows the key."""
        return shown_once(self, request, "API key created", [(f"{obj.name} ({obj.public_id})", obj.secret)])

    @row_action(
        "Revoke",
        "Revoke these keys? They stop working immediately and permanently.",
        "Revoked",
        fits=lambda key: key.revoked_at is None,
    )
    def revoke(self, request: HttpRequest, key: ApiKey) -> object:
        """Stops keys at once, in all of their companies."""
        actors = [operator(request, company) for company in key.companies.order_by("pk")]
        return api_keys.revoke_shared_key(actors, author_of(request), key)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: documents name the keys that made them."""
        return False
