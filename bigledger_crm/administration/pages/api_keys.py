"""The pages about API keys.  A key itself is shown once, when it is made or rotated."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.administration import api_keys as services
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.permissions import RESOURCES, SCOPES
from bigledger_crm.tenancy.security import author_of
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, DetailField, StatusBadge
from bigledger_crm.web.form_fields import DayField, NameField
from bigledger_crm.web.form_views import ConfirmView, ServiceFormView
from bigledger_crm.web.lists import ListPage
from bigledger_crm.web.secret_views import ShowsSecretView
from bigledger_crm.web.views import CompanyView

_SPECIAL = tuple(
    scope for scope in SCOPES if scope.partition(":")[0] not in RESOURCES and scope not in ("read", "write")
) + tuple(scope for scope in SCOPES if scope.partition(":")[0] in RESOURCES and not scope.endswith((":read", ":write")))
_COPY = gettext_lazy("Copy it now: it is shown only once, and can't be read again.")


def key_href(key: ApiKey) -> str:
    """The page of a key."""
    return reverse("pages:api-key", args=[key.public_id])


def state_of(key: ApiKey) -> StatusBadge:
    """Whether it works."""
    if key.revoked_at is not None:
        return StatusBadge(_("Revoked"), "bad")
    return StatusBadge(_("Active"), "good") if key.is_usable() else StatusBadge(_("Expired"), "warn")


class ApiKeyListView(ListPage):
    """All keys of the company."""

    resource = "api-keys"
    verb = "manage"
    write_verb = "manage"
    title = gettext_lazy("API keys")
    sorts = {"name": "name", "created": "created_at"}
    default_sort = "-created"
    empty_title = gettext_lazy("No API keys yet")
    empty_text = gettext_lazy("With a key, another system can read or change data of this company.")
    create = Action(gettext_lazy("New API key"), "/settings/api-keys/new", primary=True)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Name"), lambda row: row.name, "main", sort="name", note=lambda row: f"…{row.last_four}"),
            Column(_("Scopes"), lambda row: ", ".join(row.scopes)),
            Column(_("Status"), state_of, "badge"),
            Column(_("Last used"), lambda row: row.last_used_at, "moment"),
            Column(_("Expires"), lambda row: row.expires_at, "moment"),
            Column(_("Created"), lambda row: row.created_at, "moment", sort="created"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """All of them."""
        return services.api_keys_of(self.actor)

    def href(self, row: ApiKey) -> str:
        """The key's page."""
        return key_href(row)


class ApiKeyForm(forms.Form):
    """A new key."""

    name = NameField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What uses the key, such as the web shop."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expires_at = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("+90 is in 90 days. Leave empty for a key that doesn't expire."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        choices=[(scope, scope) for scope in SCOPES],
        error_messages={"required": gettext_lazy("Choose at least one")},
    )

    def __init__(self, data: Any = None, *, company: Company) -> None:
        """In the company's time zone."""
        super().__init__(data, initial={"scopes": ["read"]})
        self.company = company

    def expiry(self) -> datetime | None:
        """The end of the last day."""
        day = self.cleaned_data.get("expires_at")
        return datetime.combine(day, time.max, ZoneInfo(self.company.time_zone)) if day else None

    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The scopes by what they are about: the scope, a short word, and whether it is chosen."""
        chosen = set(self["scopes"].value() or ())
        words = {"read": _("read"), "write": _("write")}
        groups = {_("Everything"): ["read", "write"]}
        groups |= {name.replace("-", " ").capitalize(): [f"{name}:read", f"{name}:write"] for name in RESOURCES}
        drawn = {
            heading: [(scope, words[scope.rpartition(":")[2]], scope in chosen) for scope in scopes]
            for heading, scopes in groups.items()
        }
        special = [(scope, scope.replace("-", " ").replace(":", ": "), scope in chosen) for scope in _SPECIAL]
        return [*drawn.items(), (_("Special"), special)]


class ApiKeyCreateView(ShowsSecretView):
    """A new key, and its text."""

    resource = "api-keys"
    verb = "manage"
    template = "administration/api_key_form.html"
    secret_title = gettext_lazy("New API key")
    secret_text = _COPY

    def make_form(self, data: Any = None) -> ApiKeyForm:
        """An empty one."""
        return ApiKeyForm(data, company=self.actor.company)

    def also_wrong(self, form: ApiKeyForm) -> list[FieldError]:
        """By the rules."""
        values = form.cleaned_data
        return services.check_key(values.get("name", "-"), values.get("scopes", ["read"]), form.expiry())

    def save(self, form: ApiKeyForm) -> str:
        """To the key."""
        by, values = author_of(self.request), form.cleaned_data
        key, self.secret = services.create_key(
            self.actor, by, name=values["name"], scopes=values["scopes"], expires_at=form.expiry()
        )
        return key_href(key)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("New API key"), "submit": _("Create key"), "back": reverse("pages:api-keys")}


class ApiKeyDetailView(CompanyView):
    """One key."""

    resource = "api-keys"
    verb = "manage"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """What is known of it."""
        key = services.find_api_key(self.actor, public_id)
        href, is_shared = key_href(key), services.is_shared(key)
        rotate = Action(_("Rotate"), f"{href}/rotate", dialog=True, primary=True, icon="refresh-cw")
        revoke = Action(_("Revoke"), f"{href}/revoke", dialog=True, danger=True)
        actions = ([] if is_shared else [rotate]) + [revoke] if key.is_usable() else []
        return self.page(
            "administration/api_key.html",
            title=key.name,
            badge=state_of(key),
            actions=actions,
            is_shared=is_shared,
            details=[
                DetailField(_("Key"), f"bl_live_…{key.last_four}"),
                DetailField(_("ID"), key.public_id),
                DetailField(_("Created"), formatting.moment(key.created_at)),
                DetailField(_("Last used"), formatting.moment(key.last_used_at) if key.last_used_at else _("Never")),
                DetailField(_("Expires"), formatting.moment(key.expires_at) if key.expires_at else _("Never")),
                DetailField(_("Revoked"), formatting.moment(key.revoked_at)),
                DetailField(_("Previous key works until"), formatting.moment(_still_working(key))),
                DetailField(_("Scopes"), ", ".join(key.scopes), wide=True),
            ],
        )


def _still_working(key: ApiKey) -> datetime | None:
    until = key.previous_expires_at
    return until if until is not None and key.is_usable() and until > clock.now() else None


class _AskAboutKey(ServiceFormView):
    resource = "api-keys"
    verb = "manage"
    key: ApiKey

    def prepare(self, public_id: str = "") -> None:
        """The key."""
        self.key = services.find_api_key(self.actor, public_id)


class RotateForm(forms.Form):
    """How long both keys work."""

    grace = forms.ChoiceField(label=gettext_lazy("The current key keeps working for"), initial="86400")

    def __init__(self, data: Any = None) -> None:
        """With the periods that there are."""
        super().__init__(data)
        words = [_("it stops immediately"), _("1 hour"), _("1 day"), _("7 days"), _("30 days")]
        seconds = [str(int(period.total_seconds())) for period in services.GRACE]
        self.fields["grace"].choices = list(zip(seconds, words, strict=True))  # type: ignore[attr-defined]

    def period(self) -> timedelta:
        """As the service takes it."""
        return timedelta(seconds=int(self.cleaned_data["grace"]))


class ApiKeyRotateView(ShowsSecretView, _AskAboutKey):
    """A new text for a key."""

    secret_title = gettext_lazy("New API key")
    secret_text = _COPY

    def make_form(self, data: Any = None) -> RotateForm:
        """The period."""
        return RotateForm(data)

    def save(self, form: RotateForm) -> str:
        """To the key."""
        _key, self.secret = services.rotate_key(self.actor, author_of(self.request), self.key, form.period())
        return key_href(self.key)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Rotate this key?"),
            "text": _("You get a new key with the same name, scopes and expiry. Until then, both keys work."),
            "submit": _("Create new key"),
            "back": key_href(self.key),
        }


class ApiKeyRevokeView(ConfirmView, _AskAboutKey):
    """Stops a key."""

    def save(self, form: Any) -> str:
        """To the list."""
        services.revoke_key(self.actor, author_of(self.request), self.key)
        self.done(_("API key revoked"))
        return reverse("pages:api-keys")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Revoke this key?"),
            "text": _("Whatever uses %(key)s loses access immediately. This can't be undone.") % {"key": self.key.name},
            "submit": _("Revoke"),
            "danger": True,
            "back": key_href(self.key),
        }
