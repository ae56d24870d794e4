"""Owners of records on pages: choosing one, finding by one, showing one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from msgspec import UNSET, UnsetType

from bigledger_crm.filtering import OwnerFilter
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import OwnedRecord
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.record_owners import owner_public_id
from bigledger_crm.tenancy.scope import current_company_id
from bigledger_crm.web.autocomplete import LIMIT, AutocompleteView, Suggestion
from bigledger_crm.web.components import Action, Column, DetailField
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.lists import BulkAction, FilterField, Picker
from bigledger_crm.web.lists.bulk import each
from bigledger_crm.web.search import SearchQuery

NO_OWNER = gettext_lazy("No owner")
ChangeOwner = Callable[[Actor, Any, str], object]


def members() -> QuerySet[User]:
    """The members of the company in scope, by name."""
    return User.objects.filter(memberships__company=current_company_id()).order_by("name", "email")


def member_label(user: User) -> str:
    """A member's name and address, by which the field finds the person again."""
    return f"{user.name} ({user.email})" if user.name else user.email


class OwnerField(forms.ChoiceField):
    """A member of the company, or nobody, whose value is ""; UNSET where none is chosen.

    Forms call `offer_members`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Owner"), **options})

    def offer_members(self, *first: tuple[str, Any], apart_from: str = "") -> None:
        """Those who are members now, but for one."""
        people = [(one.public_id, member_label(one)) for one in members() if one.public_id != apart_from]
        self.choices = [*first, (OwnerFilter.NOBODY, NO_OWNER), *people]

    def clean(self, value: Any) -> str | UnsetType:
        """The id, or "" for nobody."""
        chosen = str(super().clean(value))
        return "" if chosen == OwnerFilter.NOBODY else chosen or UNSET


class OwnerForm(forms.Form):
    """An owner; nobody is chosen beforehand."""

    owner_id = OwnerField()

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        first = [] if self.initial.get("owner_id") else [("", gettext_lazy("Select a member"))]
        owner: Any = self.fields["owner_id"]
        owner.offer_members(*first)


def owner_choice(owner: UUID | None) -> str:
    """What an OwnerField shows of an owner."""
    return owner_public_id(owner) or OwnerFilter.NOBODY


def _picked(text: str) -> tuple[str, str] | None:
    """By id, name or email address.  Raises ValidationError where several have the name."""
    text = clean_line(text)
    if text.casefold() in (OwnerFilter.NOBODY, str(NO_OWNER).casefold()):
        return OwnerFilter.NOBODY, str(NO_OWNER)
    pk = ids.decode(User.PREFIX, text)
    email = text.rpartition("(")[2].removesuffix(")")
    found = members().filter(pk=pk) if pk else members().filter(Q(name__iexact=text) | Q(email__iexact=email))
    if len(found) > 1:
        raise forms.ValidationError(_("Several members have this name. Enter the email address."))
    return (found[0].public_id, member_label(found[0])) if found else None


OWNER_FILTER = FilterField("ownerId", gettext_lazy("Owner"), picker=Picker(_picked, "pages:owner-options"))


class OwnerAutocompleteView(AutocompleteView):
    """Members of the company by words of their name or email address."""

    def suggestions(self, wanted: SearchQuery | None) -> Sequence[Suggestion]:
        """By name, and nobody first."""
        found = members()
        for word in wanted.words if wanted else ():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        nobody = [Suggestion(str(NO_OWNER), str(NO_OWNER))] if wanted is None else []
        people = [Suggestion(member_label(one), str(one), one.email, exact=one.email) for one in found[:LIMIT]]
        return [*nobody, *people]


def owner_column() -> Column:
    """The owner of a row that has been annotated with `owner_name`."""
    return Column(_("Owner"), lambda row: row.owner_name, name="owner", optional=True)


def owner_fact(record: OwnedRecord) -> DetailField:
    """The owner of a record."""
    return DetailField(_("Owner"), str(record.owner) if record.owner else str(NO_OWNER))


def owner_button(actor: Actor, href: str) -> list[Action]:
    """Changes the owner, for who may do that."""
    return [Action(_("Change owner"), href, dialog=True, more=True, icon="user")] if may_change_owner(actor) else []


def may_change_owner(actor: Actor) -> bool:
    """Whether the actor may choose who owns records."""
    return actor.may("owners", "change")


def _done(count: int) -> str:
    return ngettext("Owner of %(count)s changed", "Owners of %(count)s changed", count) % {"count": count}


def _not_done(count: int) -> str:
    return ngettext("Owner of %(count)s not changed", "Owners of %(count)s not changed", count) % {"count": count}


def owner_action(change: ChangeOwner, explanation: Any) -> BulkAction:
    """Gives chosen rows to another owner; `change` is the service: actor, row and the owner's id, "" for nobody."""

    def act(actor: Actor, row: Any, values: Mapping[str, Any]) -> str:
        change(actor, row, values["owner_id"])
        return _("Owner changed")

    return BulkAction(
        "change-owner",
        gettext_lazy("Change owner"),
        explanation,
        "owners",
        act,
        _done,
        _not_done,
        effects=each(lambda _actor, row: row.owner_name or str(NO_OWNER)),
        effect_label=gettext_lazy("Present owner"),
        make_form=OwnerForm,
        icon="user",
        verb="change",
    )


class ChangeOwnerView(ServiceFormView):
    """The owner of a record, whatever has become of it."""

    resource = "owners"
    verb = "change"
    record: Any

    def find(self, public_id: str) -> OwnedRecord:
        """The record.  Raises NotFound."""
        raise NotImplementedError

    def change(self, owner_id: str) -> None:
        """Calls the service.  May raise DomainError."""
        raise NotImplementedError

    def href(self) -> str:
        """The record's page."""
        raise NotImplementedError

    def prepare(self, public_id: str = "") -> None:
        """The record."""
        self.record = self.find(public_id)

    def make_form(self, data: Any = None) -> OwnerForm:
        """With the present owner."""
        return OwnerForm(data, initial={"owner_id": owner_choice(self.record.owner_id)})

    def save(self, form: OwnerForm) -> str:
        """Back to the record."""
        self.change(form.cleaned_data["owner_id"])
        self.done(_("Owner changed"))
        return self.href()

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        title = _("Owner of %(record)s") % {"record": self.record}
        return {"title": title, "submit": _("Change owner"), "back": self.href()}
