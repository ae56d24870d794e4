"""Emails that tell the owners of a company that one of its webhooks was disabled."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail, WebhookEndpoint
from bigledger_crm.outbox.services import MAX_RECIPIENTS, draft_email, queue
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.scope import company_scope


def tell_owners() -> int:
    """Queues an email for every endpoint that was switched off for a reason and not told of yet; returns how many."""
    silent = WebhookEndpoint.unscoped.exclude(disabled_reason="").filter(owner_told_at=None)
    return sum(_tell(endpoint_id) for endpoint_id in silent.values_list("pk", flat=True))


def _tell(endpoint_id: UUID) -> int:
    with transaction.atomic():
        endpoint = (
            WebhookEndpoint.unscoped.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .select_related("company")
            .filter(pk=endpoint_id, owner_told_at=None)
            .exclude(disabled_reason="")
            .first()
        )
        if endpoint is None:
            return 0
        owners = Membership.objects.filter(company=endpoint.company, role="owner", user__is_active=True)
        addresses = list(owners.order_by("created_at", "id").values_list("user__email", flat=True)[:MAX_RECIPIENTS])
        with company_scope(endpoint.company):
            if addresses:
                queue(_notice(endpoint, addresses))
            endpoint.owner_told_at = clock.now()
            endpoint.save(update_fields=["owner_told_at"])
    return 1


def _notice(endpoint: WebhookEndpoint, owners: list[str]) -> OutboxEmail:
    return draft_email(
        system_actor(endpoint.company),
        kind="webhook.disabled",
        related_id=endpoint.pk,
        to=owners,
        subject=_("A webhook of %(company)s has been disabled") % {"company": endpoint.company.name[:100]},
        body=_(
            "Events are no longer sent to %(url)s. %(reason)s.\n\nOnce the endpoint works again, enable the webhook "
            "here: %(page)s"
        )
        % {
            "url": endpoint.url,
            "reason": endpoint.disabled_reason,
            "page": f"{settings.PUBLIC_URL}/settings/webhooks/{endpoint.public_id}",
        },
    )
