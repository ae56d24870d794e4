"""The tables of outgoing emails and webhooks."""

from bigledger_crm.outbox.models.email import WAITING, EmailStatus, OutboxAttempt, OutboxEmail
from bigledger_crm.outbox.models.mail_server import MailServer
from bigledger_crm.outbox.models.template import MailTemplate
from bigledger_crm.outbox.models.webhook import DeliveryStatus, WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "WAITING",
    "DeliveryStatus",
    "EmailStatus",
    "MailServer",
    "MailTemplate",
    "OutboxAttempt",
    "OutboxEmail",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
