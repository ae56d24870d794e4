"""Custom fields in the matrix of tenancy: objects, calls and pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.services import create_custom_field, delete_custom_field
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.tenancy_call import Call, Page, form

if TYPE_CHECKING:
    from bigledger_crm.testing.tenancy_fixtures import Fixtures

_ONE = "custom-fields/<str:public_id>"


@dataclass(frozen=True)
class CustomFieldFixtures:
    """The public ids of a field of customers, and of one that was deleted."""

    custom_field: str
    deleted_custom_field: str


def make_custom_field_fixtures(actor: Actor, mark: str, text: str) -> dict[str, str]:
    """The fields of CustomFieldFixtures, before there are objects: the one in use has the key `mark`."""
    made = {
        name: create_custom_field(actor, CustomFieldInput(object_type="customers", label=label, type="text", key=key))
        for name, label, key in (
            ("custom_field", text[:60], mark),
            ("deleted_custom_field", f"{mark} deleted", f"{mark}-deleted"),
        )
    }
    delete_custom_field(actor, made["deleted_custom_field"])
    return {name: field.public_id for name, field in made.items()}


def _new(world: "Fixtures") -> dict[str, Any]:
    return {"objectType": "items", "label": "Weight", "type": "number", "decimals": 3}


def _label(world: "Fixtures") -> dict[str, Any]:
    return {"label": "Other"}


CUSTOM_FIELD_CALLS = (
    Call("GET", "custom-fields", 200),
    Call("POST", "custom-fields", 201, body=_new),
    Call("GET", _ONE, 200, "custom_field"),
    Call("PUT", _ONE, 200, "custom_field", _label),
    Call("PATCH", _ONE, 200, "custom_field", _label),
    Call("DELETE", _ONE, 200, "custom_field"),
    Call("POST", f"{_ONE}/restore", 200, "deleted_custom_field"),
    Call("GET", f"{_ONE}/misfits", 200, "custom_field"),
)
CUSTOM_FIELD_PAGES = (
    Page("settings/custom-fields"),
    *form("settings/custom-fields/new"),
    Page(f"settings/{_ONE}", "custom_field"),
    *form(f"settings/{_ONE}/edit", "custom_field"),
    Page(f"settings/{_ONE}/delete", "custom_field"),
    Page(f"settings/{_ONE}/delete", "custom_field", 302, "POST"),
    Page(f"settings/{_ONE}/restore", "deleted_custom_field", 302, "POST"),
)
