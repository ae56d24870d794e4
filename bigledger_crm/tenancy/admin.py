"""People and API keys in the admin; companies are opened in sales.admin, which knows their tax codes."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest

from bigledger_crm.tenancy.admin_base import ModelAdmin, ModelForm, TabularInline
from bigledger_crm.tenancy.forms import CountedSignInForm
from bigledger_crm.tenancy.models import ApiKey, Membership, User
from bigledger_crm.tenancy.permissions import SCOPES
from bigledger_crm.tenancy.services import create_api_key, revoke_api_key

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
    _NewUserForm = AdminUserCreationForm[User]
    _UserForm = UserChangeForm[User]
else:  # Django's classes take no parameters when they run
    _UserAdmin, _NewUserForm, _UserForm = UserAdmin, AdminUserCreationForm, UserChangeForm


class AdminSignInForm(CountedSignInForm, AdminAuthenticationForm):
    """Counts attempts as the pages do, together with theirs."""


admin.site.site_header = admin.site.site_title = "BigLedger CRM"
admin.site.login_form = AdminSignInForm


class MembershipInline(TabularInline):
    """Who works for a company, and in which role."""

    model = Membership
    extra = 0
    fields = ["company", "user", "role"]


class LowerCaseEmail:
    """Addresses are kept in lower case, as people sign in without regard to it."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """The address in lower case."""
        return str(self.cleaned_data["email"]).strip().lower()


class NewPersonForm(LowerCaseEmail, _NewUserForm):
    """A new person with a password, or without one until it is set."""

    class Meta:
        model = User
        fields = ["email", "name"]


class PersonForm(LowerCaseEmail, _UserForm):
    """A person."""

    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class PersonAdmin(_UserAdmin):
    """People and what they may do.  Nobody is deleted: an inactive person can't sign in."""

    form = PersonForm
    add_form = NewPersonForm
    inlines = [MembershipInline]
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "is_superuser"]
    list_filter = ["is_active", "is_staff", "memberships__company"]
    search_fields = ["email", "name"]
    readonly_fields = ["created_at", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Admin", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Times", {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


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

    def clean_name(self) -> str:
        """The name without blanks around it."""
        return str(self.cleaned_data["name"]).strip()


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    """Keys are made and revoked, never changed.  The key itself is shown once, when it is made."""

    form = ApiKeyForm
    list_display = ["name", "last_four", "created_at", "last_used_at", "expires_at", "revoked_at"]
    list_filter = ["companies"]
    search_fields = ["name", "last_four"]
    ordering = ["-created_at"]
    actions = ["revoke"]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        """Everything but the hash, once the key exists."""
        times = ["created_at", "expires_at", "revoked_at", "last_used_at"]
        return ["name", "last_four", "companies", "scopes", *times] if obj else []

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ApiKeyForm, change: bool) -> None:
        """Makes the key and shows it in a message."""
        values = form.cleaned_data
        key, secret = create_api_key(
            list(values["companies"]), name=values["name"], scopes=values["scopes"], expires_at=values["expires_at"]
        )
        obj.__dict__.update(key.__dict__)
        messages.warning(request, f"The key, which can't be shown again: {secret}")

    @admin.action(description="Revoke the selected keys", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Stops keys at once."""
        for key in queryset:
            revoke_api_key(key)
        messages.success(request, f"Revoked {len(queryset)} keys")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may change keys may revoke them."""
        return super().has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: documents name the keys that made them."""
        return False
