"""Putting tags on chosen rows, and taking them off."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.lists.bulk import BulkAction, OfRows, nothing_to_say

ChangeTags = Callable[[Actor, Any, Sequence[str], Sequence[str]], object]


class TagsForm(forms.Form):
    """Tags."""

    tags = forms.CharField(label=gettext_lazy("Tags"), help_text=gettext_lazy("Separate with commas."))

    def clean_tags(self) -> list[str]:
        """The tags; the service checks each."""
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


def _tagged(count: int) -> str:
    return ngettext("%(count)s tagged", "%(count)s tagged", count) % {"count": count}


def _not_tagged(count: int) -> str:
    return ngettext("%(count)s not tagged", "%(count)s not tagged", count) % {"count": count}


def _untagged(count: int) -> str:
    return ngettext("Tags removed from %(count)s", "Tags removed from %(count)s", count) % {"count": count}


def _not_untagged(count: int) -> str:
    return ngettext("Tags not removed from %(count)s", "Tags not removed from %(count)s", count) % {"count": count}


def tag_actions(resource: str, change: ChangeTags, obstacles: OfRows = nothing_to_say) -> tuple[BulkAction, BulkAction]:
    """The actions for rows with `tags`; `change` is the service: actor, row, tags to add, tags to take off.

    `obstacles` are those of the actions.
    """

    def put_on(actor: Actor, row: Any, values: Mapping[str, Any]) -> str:
        change(actor, row, values["tags"], ())
        return _("Tagged")

    def take_off(actor: Actor, row: Any, values: Mapping[str, Any]) -> str:
        change(actor, row, (), values["tags"])
        return _("Removed")

    def has(_actor: Actor, _rows: Sequence[Any]) -> Callable[[Any], str]:
        return lambda row: ", ".join(row.tags)

    return (
        BulkAction(
            "tag",
            gettext_lazy("Tag"),
            gettext_lazy("The tags are added to those each row already has."),
            resource,
            put_on,
            _tagged,
            _not_tagged,
            obstacles,
            has,
            gettext_lazy("Tags"),
            TagsForm,
            icon="tag",
        ),
        BulkAction(
            "untag",
            gettext_lazy("Remove tags"),
            gettext_lazy("The tags are removed from the rows that have them."),
            resource,
            take_off,
            _untagged,
            _not_untagged,
            obstacles,
            has,
            gettext_lazy("Tags"),
            TagsForm,
        ),
    )
