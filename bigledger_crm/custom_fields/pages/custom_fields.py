"""The settings of custom fields."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.custom_fields.filters import CustomFieldFilters
from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.custom_fields.pages.forms import CustomFieldForm, NewCustomFieldForm
from bigledger_crm.custom_fields.pages.labels import FIELD_TYPES, ROLES
from bigledger_crm.custom_fields.pages.values import shown_value
from bigledger_crm.custom_fields.queries import Misfits, custom_field_by_public_id, may_see, misfits
from bigledger_crm.custom_fields.services import (
    check_custom_field,
    create_custom_field,
    delete_custom_field,
    restore_custom_field,
    update_custom_field,
)
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.registry import fielded_kinds
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, DetailField, StatusBadge
from bigledger_crm.web.form_views import ActionView, ConfirmView, ServiceFormView
from bigledger_crm.web.lists import FilterField, ListPage
from bigledger_crm.web.views import CompanyView

_SHOWN = 20


def field_href(public_id: str) -> str:
    """The page of a field."""
    return reverse("pages:custom-field", args=[public_id])


def _badge(field: CustomField) -> StatusBadge:
    return StatusBadge(_("In use"), "good") if field.deleted_at is None else StatusBadge(_("Deleted"))


def _kind_label(field: CustomField) -> str:
    return str(fielded_kinds[field.object_type].label)


class CustomFieldListView(ListPage):
    """All custom fields."""

    resource = "custom-fields"
    filters = CustomFieldFilters
    title = gettext_lazy("Custom fields")
    sorts = {"position": "position"}
    default_sort = "position"
    chips = (("present", gettext_lazy("In use")), ("deleted", gettext_lazy("Deleted")))
    narrow_by = (FilterField("type", gettext_lazy("Type"), FIELD_TYPES),)
    empty_title = gettext_lazy("No custom fields yet")
    empty_text = gettext_lazy("A custom field is a field of your own, such as the industry of a customer.")
    create = Action(gettext_lazy("New custom field"), reverse_lazy("pages:new-custom-field"), primary=True)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Label"), lambda row: row.label, "main", note=lambda row: row.key),
            Column(_("For"), _kind_label),
            Column(_("Type"), lambda row: FIELD_TYPES[row.type]),
            Column(_("Required"), lambda row: _("Yes") if row.is_required else ""),
            Column(_("Unique"), lambda row: _("Yes") if row.is_unique else ""),
            Column(_("Status"), _badge, "badge"),
            Column(_("Position"), lambda row: row.position, "number", sort="position"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """All of them."""
        return CustomField.objects.all()

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """Those in use, or deleted."""
        return rows.filter(deleted_at__isnull=chip == "present")

    def href(self, row: CustomField) -> str:
        """The field's page."""
        return field_href(row.public_id)


class CustomFieldDetailView(CompanyView):
    """One field, and the values that aren't right for it."""

    resource = "custom-fields"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The field."""
        field, company = custom_field_by_public_id(public_id), self.actor.company
        rule = field.as_field(company.currency)
        found = Misfits(0, (), is_complete=True)
        if field.deleted_at is None and may_see(self.actor, field):
            found = misfits(field, company, _SHOWN)
        default = "" if field.default_value is None else shown_value(rule, field.default_value, company.currency)
        return self.page(
            "pages/custom_field.html",
            title=field.label,
            badge=_badge(field),
            details=[
                DetailField(_("For"), _kind_label(field)),
                DetailField(_("Type"), FIELD_TYPES[field.type]),
                DetailField(_("Key"), field.key),
                DetailField(_("Choices"), ", ".join(field.choices)),
                DetailField(_("Decimals"), str(field.decimals) if field.type == "number" else ""),
                DetailField(_("Default"), default),
                DetailField(_("Required"), _("Yes") if field.is_required else _("No")),
                DetailField(_("Unique"), _("Yes") if field.is_unique else _("No")),
                DetailField(_("Shown on PDFs"), _("Yes") if field.show_on_paper else _("No")),
                DetailField(_("Visible to"), _roles(field)),
                DetailField(_("Created"), formatting.moment(field.created_at)),
            ],
            misfits=[(str(row), shown_value(rule, value, company.currency)) for row, value in found.first],
            misfit_note=_misfit_note(found),
            actions=_actions(field) if self.actor.may("custom-fields", "write") else [],
        )


def _misfit_note(found: Misfits) -> str:
    values = {"count": formatting.number(found.count)}
    if not found.is_complete:
        return _("At least %(count)s values do not fit this field") % values
    note = ngettext("%(count)s value does not fit this field", "%(count)s values do not fit this field", found.count)
    return note % values


def _roles(field: CustomField) -> str:
    names = [str(ROLES[role]) for role in field.roles if role != "owner"]
    return ", ".join([str(ROLES["owner"]), *names]) if field.roles else _("Everyone")


def _actions(field: CustomField) -> list[Action]:
    def to(name: str) -> str:
        return reverse(f"pages:custom-field-{name}", args=[field.public_id])

    if field.deleted_at is not None:
        return [Action(_("Restore"), to("restore"), post=True, primary=True)]
    return [
        Action(_("Delete"), to("delete"), danger=True, dialog=True, more=True),
        Action(_("Edit"), to("edit"), primary=True),
    ]


class CustomFieldCreateView(ServiceFormView):
    """A new field."""

    resource = "custom-fields"

    def make_form(self, data: Any = None) -> NewCustomFieldForm:
        """An empty one."""
        return NewCustomFieldForm(data)

    def also_wrong(self, form: NewCustomFieldForm) -> list[FieldError]:
        """By the rules."""
        return check_custom_field(self.actor.company, form.inputs(), None)[1]

    def save(self, form: NewCustomFieldForm) -> str:
        """To its page, where values that don't fit are shown."""
        field = create_custom_field(self.actor, form.inputs())
        self.done(_("Custom field created"))
        return field_href(field.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        back = reverse("pages:custom-fields")
        return {"title": _("New custom field"), "submit": _("Create custom field"), "back": back}


class CustomFieldUpdateView(ServiceFormView):
    """A field's form."""

    resource = "custom-fields"
    field: CustomField

    def prepare(self, public_id: str = "") -> None:
        """The field."""
        self.field = custom_field_by_public_id(public_id)

    def make_form(self, data: Any = None) -> CustomFieldForm:
        """What is stored."""
        return CustomFieldForm(data, stored=self.field, currency=self.actor.company.currency)

    def also_wrong(self, form: CustomFieldForm) -> list[FieldError]:
        """By the rules."""
        return check_custom_field(self.actor.company, form.inputs(), self.field)[1]

    def save(self, form: CustomFieldForm) -> str:
        """To its page."""
        update_custom_field(self.actor, self.field, form.inputs())
        self.done(_("Changes saved"))
        return field_href(self.field.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        title, back = _("Edit %(name)s") % {"name": self.field.label}, field_href(self.field.public_id)
        return {"title": title, "submit": _("Save"), "back": back}


class CustomFieldDeleteView(ConfirmView):
    """Asks before a field is hidden."""

    resource = "custom-fields"
    field: CustomField

    def prepare(self, public_id: str = "") -> None:
        """The field."""
        self.field = custom_field_by_public_id(public_id)

    def save(self, form: Any) -> str:
        """To the list."""
        delete_custom_field(self.actor, self.field)
        self.done(_("Custom field deleted"))
        return reverse("pages:custom-fields")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete %(name)s?") % {"name": self.field.label},
            "text": _("The field and its values are hidden. The values are kept, and can be restored with the field."),
            "submit": _("Delete custom field"),
            "danger": True,
            "back": field_href(self.field.public_id),
        }


class CustomFieldRestoreView(ActionView):
    """Shows a deleted field again."""

    resource = "custom-fields"

    def act(self, public_id: str) -> str:
        """Back to the field."""
        restore_custom_field(self.actor, custom_field_by_public_id(public_id))
        self.done(_("Custom field restored"))
        return field_href(public_id)

    def back(self, public_id: str) -> str:
        """The field."""
        return field_href(public_id)
