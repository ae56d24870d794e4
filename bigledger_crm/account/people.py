"""What operators do to people: adding and changing them, letting them in or keeping them out."""

from typing import Any

from django.db import transaction

from bigledger_crm.account.sessions import end_sessions
from bigledger_crm.kernel.errors import Conflict
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.security import Author, record

_RECORDED = ("email", "is_superuser")


class OnlyOperator(Conflict):
    """What would leave the installation without the operator who does it."""

    code = "ONLY_OPERATOR"

    def __init__(self) -> None:
        super().__init__("You can't lock yourself out: ask another operator")


@transaction.atomic
def save_person(person: User, by: Author) -> User:
    """Adds a person, or changes name, address, language, or whether they are an operator.  Raises OnlyOperator."""
    before = User.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    if before is not None and before.public_id == by.id and before.is_superuser and not person.is_superuser:
        raise OnlyOperator
    person.is_staff = person.is_superuser
    person.save()
    changes: dict[str, Any] = {
        name: [getattr(before, name, None), getattr(person, name)]
        for name in _RECORDED
        if getattr(before, name, None) != getattr(person, name)
    }
    if changes:
        event = "security.person_created" if before is None else "security.person_changed"
        record(event, by, subject=person.email, changes=changes)
    return person


@transaction.atomic
def disable_person(person: User, by: Author) -> bool:
    """The person can't sign in any more, and is signed out everywhere; False if it was so already.

    Raises OnlyOperator for oneself.
    """
    if person.public_id == by.id:
        raise OnlyOperator
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        return False
    end_sessions(person)
    record("security.person_disabled", by, subject=person.email)
    return True


@transaction.atomic
def enable_person(person: User, by: Author) -> bool:
    """The person can sign in again; False if they could."""
    if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        return False
    record("security.person_enabled", by, subject=person.email)
    return True


@transaction.atomic
def sign_out_everywhere(person: User, by: Author) -> bool:
    """Ends all of a person's sessions; False if there were none."""
    count = end_sessions(person)
    if count:
        record("security.sessions_ended", by, subject=person.email, note=str(count))
    return bool(count)
