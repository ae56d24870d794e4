"""The addresses of emails."""

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.emails.inputs import EmailRetryInput
from bigledger_crm.api.emails.objects import EmailObject, Retried, email_object
from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import single, success
from bigledger_crm.api.views import ApiView, ObjectView
from bigledger_crm.outbox.email_actions import retry, retry_many
from bigledger_crm.outbox.errors import EmailNotRetryable
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.queries import recent
from bigledger_crm.tenancy.queries import by_public_id


class EmailView(ObjectView[OutboxEmail]):
    """At one email."""

    resource = "emails"

    def find(self, public_id: str) -> OutboxEmail:
        """The email of the path."""
        return by_public_id(recent(), "Email", public_id)

    def show(self, row: OutboxEmail) -> EmailObject:
        """The whole email."""
        return email_object(row)


class EmailDetail(EmailView):
    """One email."""

    @operation(gives=EmailObject)
    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Where an email stands; its id is that of the `delivery` in the answer to sending."""
        self.no_parameters()
        return single(email_object(self.row))


class EmailRetry(EmailView):
    """One email, again."""

    @operation(gives=EmailObject, refuses=(EmailNotRetryable,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Tries an email again now that failed, waits for its next attempt, or may have been lost."""
        self.no_parameters()
        return single(email_object(retry(self.actor, self.row)))


class EmailsRetry(ApiView):
    """Many emails, again."""

    resource = "emails"

    @operation(gives=Retried, takes=EmailRetryInput)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Tries the emails of a state again, `failed` by default, at most 500, oldest first."""
        self.no_parameters()
        values = self.input(EmailRetryInput, "Retry", optional=True)
        emails = recent().filter(status=values.get("status") or EmailStatus.FAILED)
        if first := values.get("created_after"):
            emails = emails.filter(created_at__gte=first)
        if last := values.get("created_before"):
            emails = emails.filter(created_at__lte=last)
        return success(Retried(retried=retry_many(self.actor, emails)))
