"""The pages about webhooks: the URLs that are told of events, and their secrets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.outbox.events import subscriptions
from bigledger_crm.outbox.models import WebhookEndpoint
from bigledger_crm.outbox.webhooks import services
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, StatusBadge
from bigledger_crm.web.form_fields import with_scheme
from bigledger_crm.web.form_views import ActionView, ConfirmView, ServiceFormView
from bigledger_crm.web.lists import ListPage
from bigledger_crm.web.secret_views import ShowsSecretView


def find_webhook(public_id: str) -> WebhookEndpoint:
    """The webhook with a `wh_…` id.  Raises NotFound."""
    return by_public_id(WebhookEndpoint.objects.all(), "Webhook", public_id)


def webhook_href(public_id: str) -> str:
    """The page of a webhook."""
    return reverse("pages:webhook", args=[public_id])


def state_of(endpoint: WebhookEndpoint) -> StatusBadge:
    """Whether it is on, and works."""
    if endpoint.disabled_at is not None:
        return StatusBadge(_("Disabled"), "bad" if endpoint.disabled_reason else "neutral")
    return StatusBadge(_("Failing"), "warn") if endpoint.failing_since else StatusBadge(_("Enabled"), "good")


def state_note(endpoint: WebhookEndpoint) -> str:
    """Why it is as it is."""
    if endpoint.disabled_at is not None:
        return endpoint.disabled_reason
    since = endpoint.failing_since
    return _("since %(moment)s") % {"moment": formatting.moment(since)} if since else ""


class WebhookListView(ListPage):
    """All webhooks of the company."""

    resource = "webhooks"
    title = gettext_lazy("Webhooks")
    sorts = {"created": "created_at"}
    default_sort = "created"
    empty_title = gettext_lazy("No webhooks yet")
    empty_text = gettext_lazy(
        "A webhook notifies another system of events, such as an accepted quote or a paid invoice."
    )
    create = Action(gettext_lazy("New webhook"), "/settings/webhooks/new", primary=True)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("URL"), lambda row: row.url, "main", note=lambda row: row.description),
            Column(_("Events"), lambda row: ", ".join(row.events)),
            Column(_("Status"), state_of, "badge", note=state_note),
            Column(_("Created"), lambda row: row.created_at, "moment", sort="created"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """All of them."""
        return WebhookEndpoint.objects.all()

    def href(self, row: WebhookEndpoint) -> str:
        """The webhook's page."""
        return webhook_href(row.public_id)


class WebhookForm(forms.Form):
    """A webhook."""

    url = forms.CharField(
        label=gettext_lazy("URL"),
        max_length=2000,
        help_text=gettext_lazy("The URL that events are sent to: https://…"),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=200, required=False)
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), choices=lambda: [(name, name) for name in subscriptions()], required=False
    )

    def clean_url(self) -> str:
        """The URL, with https:// where none was typed."""
        return with_scheme(self.cleaned_data["url"])

    def endpoint_input(self) -> EndpointInput:
        """What the services of webhooks take, of the fields that could be read."""
        return EndpointInput(**self.cleaned_data)

    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The events by the object that they are about: name in JSON, short word, and whether it is chosen."""
        chosen = set(self["events"].value() or ())
        found: dict[str, list[tuple[str, str, bool]]] = {}
        for name in subscriptions():
            subject, _dot, verb = name.partition(".")
            found.setdefault(subject, []).append((name, _("all") if verb in ("", "*") else verb, name in chosen))
        words = {"*": _("everything")}
        return [(words.get(subject, subject.replace("_", " ")), events) for subject, events in found.items()]


class _WebhookFormPage(ServiceFormView):
    resource = "webhooks"
    template = "pages/webhook_form.html"

    def also_wrong(self, form: WebhookForm) -> list[FieldError]:
        """By the rules."""
        return services.check_endpoint(form.endpoint_input(), creating=False)


class _ShowsSecret(ShowsSecretView):
    secret_title = gettext_lazy("Webhook secret")
    secret_text = gettext_lazy(
        "Copy it now: it is shown only once. The receiver uses it to verify the signature of each request."
    )


class WebhookCreateView(_ShowsSecret, _WebhookFormPage):
    """A new webhook, and its secret."""

    def make_form(self, data: Any = None) -> WebhookForm:
        """An empty one."""
        return WebhookForm(data, initial={"events": ["*"]})

    def save(self, form: WebhookForm) -> str:
        """To the new webhook."""
        made = services.create_endpoint(self.actor, form.endpoint_input())
        self.secret = made.secret
        return webhook_href(made.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("New webhook"), "submit": _("Save"), "back": reverse("pages:webhooks")}


class WebhookUpdateView(_WebhookFormPage):
    """What a webhook is told, and where."""

    endpoint: WebhookEndpoint

    def prepare(self, public_id: str = "") -> None:
        """The webhook."""
        self.endpoint = find_webhook(public_id)

    def make_form(self, data: Any = None) -> WebhookForm:
        """What is stored."""
        stored = {name: getattr(self.endpoint, name) for name in ("url", "description", "events")}
        return WebhookForm(data, initial=stored)

    def save(self, form: WebhookForm) -> str:
        """To the webhook."""
        services.update_endpoint(self.actor, self.endpoint, form.endpoint_input())
        self.done(_("Changes saved"))
        return webhook_href(self.endpoint.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Edit webhook"),
            "submit": _("Save"),
            "back": webhook_href(self.endpoint.public_id),
        }


class _AskAboutWebhook(ConfirmView):
    resource = "webhooks"
    endpoint: WebhookEndpoint

    def prepare(self, public_id: str = "") -> None:
        """The webhook."""
        self.endpoint = find_webhook(public_id)


class WebhookSecretRotateView(_ShowsSecret, _AskAboutWebhook):
    """A new secret."""

    def save(self, form: Any) -> str:
        """To the webhook."""
        self.secret = services.rotate_secret(self.actor, self.endpoint).secret
        return webhook_href(self.endpoint.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("New secret"),
            "text": _("The current secret remains valid for 24 hours, so that the receiver can switch over."),
            "submit": _("Create new secret"),
            "back": webhook_href(self.endpoint.public_id),
        }


class WebhookDeleteView(_AskAboutWebhook):
    """Deletes a webhook."""

    def save(self, form: Any) -> str:
        """To the list."""
        services.delete_endpoint(self.actor, self.endpoint)
        self.done(_("Webhook deleted"))
        return reverse("pages:webhooks")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete this webhook?"),
            "text": _("Its delivery history is also deleted."),
            "submit": _("Delete"),
            "danger": True,
            "back": webhook_href(self.endpoint.public_id),
        }


class WebhookSwitchView(ActionView):
    """Turns a webhook on or off."""

    resource = "webhooks"

    def act(self, public_id: str) -> str:
        """Back to the webhook."""
        wanted = self.request.POST.get("wanted") == "yes"
        services.update_endpoint(self.actor, find_webhook(public_id), EndpointInput(is_active=wanted))
        return webhook_href(public_id)

    def back(self, public_id: str) -> str:
        """The webhook."""
        return webhook_href(public_id)
