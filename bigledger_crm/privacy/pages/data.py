"""Settings: data about people, and how long data is kept."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.privacy import retention
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.privacy.pages.archives import archives_context
from bigledger_crm.privacy.pages.retention import span_text
from bigledger_crm.privacy.retention_rules import months_of_books, retention_rules
from bigledger_crm.web.components import Text
from bigledger_crm.web.views import CompanyView

SHOWN_ARCHIVES = 100
# What jobs delete in every company.
ALWAYS: tuple[tuple[Text, Text], ...] = (
    (gettext_lazy("Stored responses of the API"), gettext_lazy("1 day")),
    (gettext_lazy("Archives about people"), gettext_lazy("7 days")),
    (gettext_lazy("Rows of imported files"), gettext_lazy("30 days")),
    (gettext_lazy("Unsaved forms"), gettext_lazy("30 days")),
    (gettext_lazy("Failed sign-ins"), gettext_lazy("90 days")),
)


class DataView(CompanyView):
    """Archives, and how long data is kept."""

    resource = "privacy"
    verb = "manage"
    partials = {"archives": "privacy/data.html#archives"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        found = PersonArchive.objects.order_by("-requested_at", "-pk")[:SHOWN_ARCHIVES]
        kept = [(retention_rules[name], span_text(months)) for name, months in retention.months_of_rules().items()]
        return self.page(
            "privacy/data.html",
            title=_("Data"),
            kept=kept,
            always=ALWAYS,
            books=span_text(months_of_books(self.actor.company.country)),
            **archives_context(found, self.actor, "pages:archive"),
        )
