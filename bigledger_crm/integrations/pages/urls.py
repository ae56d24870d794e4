"""The URLs of the outbox, email templates and webhooks; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.integrations.pages import email_templates, outbox, webhook_deliveries, webhooks

_EMAIL = "outbox/<str:public_id>"
_TEMPLATE = "settings/mail/<slug:public_id>"
_WEBHOOK = "settings/webhooks/<str:public_id>"
_DELIVERY = f"{_WEBHOOK}/deliveries/<str:delivery_id>"
urlpatterns = [
    path("settings/mail", email_templates.EmailTemplateListView.as_view(), name="email-templates"),
    path(
        "settings/mail/language", email_templates.EmailLanguageView.as_view(), {"public_id": ""}, name="email-language"
    ),
    path(_TEMPLATE, email_templates.EmailTemplateUpdateView.as_view(), name="email-template"),
    path(
        f"{_TEMPLATE}/preview",
        email_templates.EmailTemplateUpdateView.as_view(previewing=True),
        name="email-template-preview",
    ),
    path(f"{_TEMPLATE}/reset", email_templates.EmailTemplateResetView.as_view(), name="reset-email-template"),
    path("outbox", outbox.OutboxView.as_view(), name="outbox"),
    path(_EMAIL, outbox.EmailDetailView.as_view(), name="email"),
    path(f"{_EMAIL}/shown", outbox.EmailPreviewView.as_view(), name="email-shown"),
    path(f"{_EMAIL}/withdraw", outbox.EmailWithdrawView.as_view(), name="email-withdraw"),
    path(f"{_EMAIL}/retry", outbox.EmailRetryView.as_view(), name="email-retry"),
    path(f"{_EMAIL}/document.pdf", outbox.EmailDocumentView.as_view(), name="email-document"),
    path(f"{_EMAIL}/copies/<int:copy>", outbox.CapturedFileView.as_view(), name="email-copy"),
    path(f"{_EMAIL}/copies/<int:copy>/<int:attachment>", outbox.CapturedFileView.as_view(), name="email-attachment"),
    path("settings/webhooks", webhooks.WebhookListView.as_view(), name="webhooks"),
    path("settings/webhooks/new", webhooks.WebhookCreateView.as_view(), name="new-webhook"),
    path(_WEBHOOK, webhook_deliveries.WebhookDetailView.as_view(), name="webhook"),
    path(f"{_WEBHOOK}/edit", webhooks.WebhookUpdateView.as_view(), name="webhook-edit"),
    path(f"{_WEBHOOK}/switch", webhooks.WebhookSwitchView.as_view(), name="webhook-switch"),
    path(f"{_WEBHOOK}/rotate", webhooks.WebhookSecretRotateView.as_view(), name="webhook-rotate"),
    path(f"{_WEBHOOK}/delete", webhooks.WebhookDeleteView.as_view(), name="webhook-delete"),
    path(f"{_WEBHOOK}/replay", webhook_deliveries.WebhookReplayView.as_view(), name="webhook-replay"),
    path(_DELIVERY, webhook_deliveries.WebhookDeliveryDetailView.as_view(), name="webhook-delivery"),
    path(f"{_DELIVERY}/replay", webhook_deliveries.WebhookDeliveryReplayView.as_view(), name="webhook-delivery-replay"),
]
