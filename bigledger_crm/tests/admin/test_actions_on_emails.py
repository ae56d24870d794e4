"""What an operator can do about emails and webhooks."""

from django.test import Client

from bigledger_crm.outbox.models import DeliveryStatus, EmailStatus, OutboxEmail, WebhookDelivery, WebhookEndpoint
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.tests.admin.pages import act, admin_url, audited, choose, text_of


def test_emails_are_tried_again_and_cancelled(operator: Client, our: Tenant, their: Tenant) -> None:
    email = OutboxEmail.unscoped.filter(company=our.company).order_by("pk")[0]
    foreign = OutboxEmail.unscoped.filter(company=their.company).order_by("pk")[0]
    failed = {"status": EmailStatus.FAILED, "next_attempt_at": None, "attempts": 8}
    OutboxEmail.unscoped.filter(pk__in=[email.pk, foreign.pk]).update(**failed)
    act(operator, "retry", email, foreign)
    for one, company in ((email, our.company), (foreign, their.company)):
        stored = OutboxEmail.unscoped.get(pk=one.pk)
        assert (stored.status, stored.attempts_before) == (EmailStatus.RETRYING, 8)
        assert audited("email.retried", company).subjects[1] == one.pk
    act(operator, "cancel", email)
    assert OutboxEmail.unscoped.get(pk=email.pk).status == EmailStatus.WITHDRAWN
    assert audited("email.withdrawn", our.company)
    answer = act(operator, "retry", email)
    assert "can be tried again" in text_of(operator.get(answer["Location"]))
    choose(operator, our.company)
    OutboxEmail.unscoped.filter(pk=foreign.pk).update(**failed)
    act(operator, "retry", foreign)
    assert OutboxEmail.unscoped.get(pk=foreign.pk).status == EmailStatus.FAILED, "it is of another company"


def test_deliveries_are_tried_again(operator: Client, our: Tenant) -> None:
    delivery = WebhookDelivery.unscoped.filter(company=our.company)[0]
    WebhookDelivery.unscoped.filter(pk=delivery.pk).update(status=DeliveryStatus.FAILED, next_attempt_at=None)
    act(operator, "replay", delivery)
    assert WebhookDelivery.unscoped.get(pk=delivery.pk).status == DeliveryStatus.QUEUED
    assert audited("webhook.replayed", our.company).subjects == [delivery.endpoint_id]
    answer = act(operator, "replay", delivery)
    assert "Nothing was changed" in text_of(operator.get(answer["Location"]))


def test_webhooks_are_disabled_and_get_new_secrets_but_show_none(operator: Client, our: Tenant) -> None:
    endpoint = WebhookEndpoint.unscoped.get(company=our.company)
    assert endpoint.secret not in text_of(operator.get(admin_url(WebhookEndpoint, "change", endpoint.pk)))
    act(operator, "switch_off", endpoint)
    assert audited("webhook.updated", our.company)
    asked = text_of(act(operator, "rotate_secrets", endpoint, confirmed=False))
    assert WebhookEndpoint.unscoped.get(pk=endpoint.pk).secret == endpoint.secret
    assert "shown once" in asked
    shown = text_of(act(operator, "rotate_secrets", endpoint))
    assert "whsec_" not in str(operator.cookies) + str(operator.session.items())
    stored = WebhookEndpoint.unscoped.get(pk=endpoint.pk)
    assert stored.disabled_at is not None
    assert stored.previous_secret == endpoint.secret
    assert stored.secret in shown
    assert stored.secret not in text_of(operator.get(admin_url(WebhookEndpoint, "changelist")))
    assert audited("webhook.secret_rotated", our.company)
    untouched = WebhookEndpoint.unscoped.exclude(pk=endpoint.pk).get()
    assert (untouched.disabled_at, untouched.previous_secret) == (None, "")
