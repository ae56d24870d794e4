"""The URLs of the outbox, email templates and webhooks; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.integrations.pages import email_templates, outbox, webhook_deliveries, webhooks

_MAIL = "outbox/<str:public_id>"
_WORDS = "settings/mail/<slug:public_id>"
_WEBHOOK = "settings/webhooks/<str:public_id>"
_DELIVERY = f"{_WEBHOOK}/deliveries/<str:delivery_id>"
urlpatterns = [
    path("settings/mail", email_templates.EmailTemplateListView.as_view(), name="mail-settings"),
    path(
        "settings/mail/language", email_templates.EmailLanguageView.as_view(), {"public_id": ""}, name="mail-language"
    ),
    path(_WORDS, email_templates.EmailTemplateUpdateView.as_view(), name="mail-words"),
    path(
        f"{_WORDS}/preview", email_templates.EmailTemplateUpdateView.as_view(previewing=True), name="mail-words-preview"
    ),
    path(f"{_WORDS}/reset", email_templates.EmailTemplateResetView.as_view(), name="reset-mail-words"),
    path("outbox", outbox.OutboxView.as_view(), name="outbox"),
    path(_MAIL, outbox.EmailDetailView.as_view(), name="mail"),
    path(f"{_MAIL}/shown", outbox.EmailPreviewView.as_view(), name="mail-shown"),
    path(f"{_MAIL}/withdraw", outbox.EmailWithdrawView.as_view(), name="mail-withdraw"),
    path(f"{_MAIL}/retry", outbox.EmailRetryView.as_view(), name="mail-retry"),
    path(f"{_MAIL}/document.pdf", outbox.EmailDocumentView.as_view(), name="mail-document"),
    path(f"{_MAIL}/copies/<int:copy>", outbox.CapturedFileView.as_view(), name="mail-copy"),
    path(f"{_MAIL}/copies/<int:copy>/<int:attachment>", outbox.CapturedFileView.as_view(), name="mail-attachment"),
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
