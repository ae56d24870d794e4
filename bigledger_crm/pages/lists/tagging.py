"""Putting tags on chosen rows, and taking them off."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.pages.lists.bulk import BulkAction
from bigledger_crm.tenancy.actor import Actor

ChangeTags = Callable[[Actor, Any, Sequence[str], Sequence[str]], object]


class TagsForm(forms.Form):
    """Tags."""

    tags = forms.CharField(label=gettext_lazy("Tags"), help_text=gettext_lazy("Separate with commas."))

    def clean_tags(self) -> list[str]:
        """The tags; the service checks each."""
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


def tag_actions(resource: str, change: ChangeTags) -> tuple[BulkAction, BulkAction]:
    """The actions for rows with `tags`; `change` is the service: actor, row, tags to add, tags to take off."""

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
            has,
            gettext_lazy("Tags"),
            TagsForm,
        ),
    )
