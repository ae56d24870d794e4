"""Columns that are custom fields which the importer's role doesn't see."""

from typing import Any

import pytest
from django.test import Client

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.services import create_custom_field
from bigledger_crm.imports.inputs import ImportInput
from bigledger_crm.imports.models import Import
from bigledger_crm.imports.services import steps
from bigledger_crm.imports.tests.support import kept, rehearsed, run, worked
from bigledger_crm.kernel.errors import InvalidData, UnknownName
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient, Upload
from customers.models import Customer

FILE = "Name,Email,Margin,Branch\nAcme,a@acme.example,thirty,Penang\n"
HIDDEN = "Your role does not see this custom field"


@pytest.fixture
def manager(actor: Actor, bob: User, in_company: Company) -> Actor:
    """Bob, who imports and doesn't see margins, which are for finance; branches are for all."""
    for key, roles in (("margin", ["finance"]), ("branch", [])):
        field = CustomFieldInput(object_type="customers", label=key.title(), key=key, type="text", roles=roles)
        create_custom_field(actor, field)
    membership = Membership.objects.select_related("company", "user").get(user=bob, company=in_company)
    membership.role = "manager"
    membership.save()
    return actor_for_member(membership)


def columns_of(job: Import) -> dict[str, str]:
    return dict(zip(job.contents["headings"], job.mapping, strict=True))


def refused(error: InvalidData) -> dict[str, str]:
    return {one.path[-1].name: one.message for one in error.errors if isinstance(one.path[-1], UnknownName)}


def test_its_heading_is_recognised_for_who_sees_it(actor: Actor, manager: Actor) -> None:
    common = {"Name": "name", "Email": "email", "Branch": "customFields.branch"}
    assert columns_of(kept(actor, FILE)) == {**common, "Margin": "customFields.margin"}
    assert columns_of(kept(manager, FILE)) == {**common, "Margin": ""}
    assert columns_of(kept(manager, FILE.replace("Margin", "customFields.margin")))["customFields.margin"] == ""


def test_what_the_owner_said_of_such_a_file_stays_with_who_sees_it(actor: Actor, manager: Actor) -> None:
    run(actor, FILE.replace("Margin", "M"), columns={"M": "customFields.margin"})
    assert columns_of(kept(actor, FILE.replace("Margin", "M")))["M"] == "customFields.margin"
    assert columns_of(kept(manager, FILE.replace("Margin", "M")))["M"] == ""


@pytest.mark.parametrize(
    "given", [{"columns": {"Margin": "customFields.margin"}}, {"defaults": {"customFields.margin": "1"}}]
)
def test_it_cannot_be_mapped(manager: Actor, given: dict[str, Any]) -> None:
    job = kept(manager, FILE)
    with pytest.raises(InvalidData) as error:
        steps.update_import(manager, job, ImportInput(**given))
    assert list(refused(error.value).values()) == [HIDDEN]


def test_a_colleague_who_does_not_see_it_cannot_go_on(actor: Actor, manager: Actor) -> None:
    job = kept(actor, FILE)
    with pytest.raises(InvalidData) as error:
        steps.rehearse_import(manager, job)
    assert refused(error.value) == {"Margin": HIDDEN}
    job = rehearsed(actor, job)
    with pytest.raises(InvalidData) as error:
        steps.run_import(manager, job)
    assert refused(error.value) == {"Margin": HIDDEN}
    worked(steps.run_import(actor, job))
    assert Customer.objects.get().custom_fields == {"margin": "thirty", "branch": "Penang"}


def test_the_page_offers_what_the_role_sees(manager: Actor, alice: User, bob: User, client: Client) -> None:
    page = f"/imports/{kept(manager, FILE).public_id}/columns"
    for person, sees in ((alice, True), (bob, False)):
        client.force_login(person)
        offered = client.get(page).content.decode()
        assert ("customFields.branch" in offered, "customFields.margin" in offered) == (True, sees)


def test_a_key_without_the_scope_cannot_map_it(manager: Actor, actor: Actor, in_company: Company) -> None:
    scopes = ["read", "imports:write", "customers:write"]
    shop = ApiClient(create_api_key([in_company], name="Shop", scopes=scopes)[1], in_company.public_id)
    one = shop.post("/imports", Upload("a.csv", FILE.encode())).data
    worked(Import.objects.get())
    assert shop.get(f"/imports/{one['id']}").data["columns"]["Margin"] == ""
    answer = shop.patch(f"/imports/{one['id']}", {"columns": {"Margin": "customFields.margin"}})
    assert answer.field_errors == {"columns.Margin": HIDDEN}
