"""The URLs of the outbox, email templates and webhooks; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.integrations.pages import email_templates, outbox, webhook_deliveries, webhooks

_MAIL = "outbox/<str:public_id>"
_WORDS = "settings/mail/<slug:public_id>"
_WEBHOOK = "settings/webhooks/<str:public_id>"
_DELIVERY = f"{_WEBHOOK}/deliveries/<str:delivery_id>"
urlpatterns = [
    path("settings/mail", email_templates.MailSettings.as_view(), name="mail-settings"),
    path("settings/mail/language", email_templates.ChooseLanguage.as_view(), {"public_id": ""}, name="mail-language"),
    path(_WORDS, email_templates.EditWords.as_view(), name="mail-words"),
    path(f"{_WORDS}/preview", email_templates.EditWords.as_view(previewing=True), name="mail-words-preview"),
    path(f"{_WORDS}/reset", email_templates.ResetWords.as_view(), name="reset-mail-words"),
    path("outbox", outbox.Outbox.as_view(), name="outbox"),
    path(_MAIL, outbox.Mail.as_view(), name="mail"),
    path(f"{_MAIL}/shown", outbox.MailShown.as_view(), name="mail-shown"),
    path(f"{_MAIL}/withdraw", outbox.WithdrawMail.as_view(), name="mail-withdraw"),
    path(f"{_MAIL}/retry", outbox.RetryMail.as_view(), name="mail-retry"),
    path(f"{_MAIL}/document.pdf", outbox.MailDocument.as_view(), name="mail-document"),
    path(f"{_MAIL}/copies/<int:copy>", outbox.CapturedFile.as_view(), name="mail-copy"),
    path(f"{_MAIL}/copies/<int:copy>/<int:attachment>", outbox.CapturedFile.as_view(), name="mail-attachment"),
    path("settings/webhooks", webhooks.Webhooks.as_view(), name="webhooks"),
    path("settings/webhooks/new", webhooks.NewWebhook.as_view(), name="new-webhook"),
    path(_WEBHOOK, webhook_deliveries.Webhook.as_view(), name="webhook"),
    path(f"{_WEBHOOK}/edit", webhooks.EditWebhook.as_view(), name="webhook-edit"),
    path(f"{_WEBHOOK}/switch", webhooks.SwitchWebhook.as_view(), name="webhook-switch"),
    path(f"{_WEBHOOK}/rotate", webhooks.RotateSecret.as_view(), name="webhook-rotate"),
    path(f"{_WEBHOOK}/delete", webhooks.DeleteWebhook.as_view(), name="webhook-delete"),
    path(f"{_WEBHOOK}/replay", webhook_deliveries.Replay.as_view(), name="webhook-replay"),
    path(_DELIVERY, webhook_deliveries.Delivery.as_view(), name="webhook-delivery"),
    path(f"{_DELIVERY}/replay", webhook_deliveries.ReplayDelivery.as_view(), name="webhook-delivery-replay"),
]
