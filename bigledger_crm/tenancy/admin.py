"""People and API keys in the admin; companies are opened in sales.admin, which knows their tax codes."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.admin_base import ModelAdmin, ModelForm, ReadOnlyAdmin, TabularInline, shown_once
from bigledger_crm.tenancy.members import remove_member, save_member
from bigledger_crm.tenancy.models import ApiKey, Membership, SecurityEvent, User
from bigledger_crm.tenancy.permissions import SCOPES
from bigledger_crm.tenancy.security import author_of, record
from bigledger_crm.tenancy.services import create_api_key, revoke_api_key

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
    _NewUserForm = AdminUserCreationForm[User]
    _UserForm = UserChangeForm[User]
else:  # Django's classes take no parameters when they run
    _UserAdmin, _NewUserForm, _UserForm = UserAdmin, AdminUserCreationForm, UserChangeForm


class MembershipInline(TabularInline):
    """Who works for a company, and in which role."""

    model = Membership
    extra = 0
    fields = ["company", "user", "role"]


class WithMembers(ModelAdmin):
    """Saves the members below a person or a company through the services."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Adds, changes and removes members."""
        by = author_of(request)
        memberships = formset.save(commit=False)
        for membership in formset.deleted_objects:
            remove_member(membership, by)
        for membership in memberships:
            save_member(membership, by)


class LowerCaseEmail:
    """Addresses are kept in lower case, as people sign in without regard to it."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """The address in lower case."""
        address = str(self.cleaned_data["email"]).strip().lower()
        if not is_email_address(address):
            raise forms.ValidationError("Enter a valid email address.")
        return address

    def clean_name(self) -> str:
        """The name without what can't be seen."""
        return clean_line(str(self.cleaned_data.get("name", "")))


class NewPersonForm(LowerCaseEmail, _NewUserForm):
    """A new person with a password, or without one until it is set."""

    class Meta:
        model = User
        fields = ["email", "name"]


class PersonForm(LowerCaseEmail, _UserForm):
    """A person."""

    class Meta:
        model = User
        fields = ["email", "name", "password", "is_active", "is_superuser"]


_RECORDED = ("email", "is_active", "is_superuser")


@admin.register(User)
class PersonAdmin(WithMembers, _UserAdmin):
    """People and what they may do.  Nobody is deleted: an inactive person can't sign in."""

    form = PersonForm
    add_form = NewPersonForm
    inlines = [MembershipInline]
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_superuser"]
    list_filter = ["is_active", "is_superuser", "memberships__company"]
    filter_horizontal = ()
    search_fields = ["email", "name"]
    readonly_fields = ["created_at", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Admin", {"fields": ["is_active", "is_superuser"]}),
        ("Times", {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Notes who changed what of a person that matters for security."""
        before = User.objects.filter(pk=obj.pk).first()
        obj.is_staff = obj.is_superuser
        super().save_model(request, obj, form, change)
        changes = {name: [getattr(before, name, None), getattr(obj, name)] for name in _RECORDED}
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        if changes:
            event = "security.person_changed" if change else "security.person_created"
            record(event, author_of(request), subject=obj.email, changes=changes)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Sets somebody's password."""
        before = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        after = self.get_object(request, unquote(id))
        if before and after and before.password != after.password:
            record("security.password_changed", author_of(request), subject=after.email)
        return response

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


admin.site.unregister(Group)  # what people may do stands in their memberships


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
        """The name without what can't be seen."""
        name = clean_line(str(self.cleaned_data["name"]))
        if not name:
            raise forms.ValidationError("Enter a name.")
        return name


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
        """Makes the key."""
        values = form.cleaned_data
        key, secret = create_api_key(
            list(values["companies"]),
            name=values["name"],
            scopes=values["scopes"],
            expires_at=values["expires_at"],
            by=author_of(request),
        )
        obj.__dict__.update(key.__dict__)
        obj.secret = secret

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Shows the key."""
        return shown_once(self, request, "API key created", [(f"{obj.name} ({obj.public_id})", obj.secret)])

    @admin.action(description="Revoke the selected keys", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Stops keys at once."""
        for key in queryset:
            revoke_api_key(key, author_of(request))
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


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    """Who came in, who may do what, what was taken out."""

    list_display = ["occurred_at", "event", "company", "actor_name", "address", "subject", "note"]
    list_filter = ["event", "company"]
    search_fields = ["event", "actor_name", "address", "subject", "note"]
    date_hierarchy = "occurred_at"
