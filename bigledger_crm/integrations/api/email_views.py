"""The resource of emails."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.responses import single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.integrations.api.email_inputs import EmailRetryInput
from bigledger_crm.integrations.api.email_responses import EmailObject, Retried, email_object
from bigledger_crm.outbox.email_actions import retry, retry_many
from bigledger_crm.outbox.errors import EmailNotRetryable
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.queries import recent
from bigledger_crm.tenancy.queries import by_public_id


class EmailViewSet(ApiViewSet):
    """Emails about documents."""

    resource = "emails"

    def get_object(self) -> OutboxEmail:
        """The email of the path."""
        return by_public_id(recent(), "Email", self.kwargs["public_id"])

    def serialize(self, row: OutboxEmail) -> EmailObject:
        """The whole email."""
        return email_object(row)

    @extend_schema(responses=Answer(EmailObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """Where an email stands; its id is that of the `delivery` in the answer to sending."""
        return self.one()

    @extend_schema(responses=Answer(EmailObject, refuses=[EmailNotRetryable]))
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        """Tries an email again now that failed, waits for its next attempt, or may have been lost."""
        return single(self.serialize(retry(self.actor, self.get_object())))

    @extend_schema(request=EmailRetryInput, responses=Answer(Retried))
    @action(detail=False, methods=["post"], url_path="retry")
    def retry_many(self, request: Request) -> Response:
        """Tries the emails of a state again, `failed` by default, at most 500, oldest first."""
        values = self.input(EmailRetryInput, "Retry", optional=True)
        emails = recent().filter(status=values.get("status") or EmailStatus.FAILED)
        if first := values.get("created_after"):
            emails = emails.filter(created_at__gte=first)
        if last := values.get("created_before"):
            emails = emails.filter(created_at__lte=last)
        return Response(Retried(retried=retry_many(self.actor, emails)))
