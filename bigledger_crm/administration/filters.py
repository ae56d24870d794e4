"""The filters of the audit log."""

from uuid import UUID

from django.db.models import Q

from bigledger_crm.filtering import DerivedFilter, ListFilter, ListFilters, MomentFilter
from bigledger_crm.kernel import ids
from bigledger_crm.registry import object_types

# The first words of events' names: objects, and what is set up.
KINDS = (
    *(known.name for known in object_types),
    "company",
    "member",
    "api_key",
    "webhook",
    "mail_template",
    "reminder_step",
)


class ActorFilter(ListFilter):
    """Who it was, by `user_…` or `key_…`."""

    def read(self, text: str) -> str:
        """The id."""
        return text


class SubjectFilter(ListFilter):
    """The object that it happened to, by its public id, whatever its kind."""

    def read(self, text: str) -> UUID:
        """The object's key."""
        pk = ids.decode(text.rpartition("_")[0], text)
        if pk is None:
            raise ValueError("Must be the id of an object")
        return pk

    def condition(self, value: UUID) -> Q:
        """Entries about it."""
        return Q(subjects__contains=[value])


class AuditFilters(ListFilters):
    """What narrows the audit log."""

    actor = ActorFilter("actor_id", about="Who it was, by id")
    kind = DerivedFilter(
        KINDS, lambda kind, _today: Q(event__startswith=f"{kind}."), about="What kind of object it happened to"
    )
    subject = SubjectFilter("subjects", about="The object that it happened to, by id")
    occurred_after = MomentFilter("occurred_at", lookup="gte", about="The first day or moment")
    occurred_before = MomentFilter("occurred_at", lookup="lte", about="The last day or moment")
