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
from bigledger_crm.testing.client import Answer, ApiClient, Upload
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


@pytest.mark.parametrize("heading", ["Margin", "M"])
def test_who_does_not_see_it_teaches_nothing_about_its_column(actor: Actor, manager: Actor, heading: str) -> None:
    file = FILE.replace("Margin", heading)
    if heading == "M":
        run(actor, file, columns={"M": "customFields.margin"}, defaults={"customFields.margin": "none"})
    run(manager, file)
    job = kept(actor, file)
    assert columns_of(job)[heading] == "customFields.margin"
    assert job.defaults == ({"customFields.margin": "none"} if heading == "M" else {})
    run(actor, file, columns={heading: ""})
    run(manager, file)
    assert columns_of(kept(actor, file))[heading] == ""


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


MIXED = "Number,Name,Email,Margin,Margin 2,Branch\n"
TWO = MIXED + "CF-1,Acme,a@acme.example,secret,own,Penang\nCF-2,Other,nothing,secret,own,Ipoh\n"


@pytest.fixture
def with_margin(actor: Actor, manager: Actor) -> Import:
    """The owner's import: a changed row and rejected ones, of which one isn't read into the right cells."""
    run(actor, MIXED + "CF-1,Acme,a@acme.example,old secret,own,Ipoh\n")
    return run(actor, TWO + "CF-3,Third,c@acme.example,x,secret,own,Ipoh\n")


def test_a_key_that_does_not_see_it_gets_nothing_of_it(with_margin: Import, in_company: Company) -> None:
    scopes = ["imports:read", "imports:write", "customers:read", "customers:write", "custom-fields:read"]
    shop = ApiClient(create_api_key([in_company], name="Shop", scopes=scopes)[1], in_company.public_id)
    sees = ApiClient(create_api_key([in_company], name="All", scopes=["read", "write"])[1], in_company.public_id)
    url = f"/imports/{with_margin.public_id}"
    columns = shop.get(url).data["columns"]
    assert list(columns) == ["Number", "Name", "Email", "Margin 2", "Branch"]
    changed, rejected, unreadable = shop.get(f"{url}/rows").data
    assert changed["cells"] == ["CF-1", "Acme", "a@acme.example", "own", "Penang"]
    assert changed["changes"] == {"customFields.branch": ["Ipoh", "Penang"]}
    assert [detail["field"] for detail in rejected["error"]["details"]] == ["email"]
    assert unreadable["cells"] == []
    assert "secret" not in shop.get(f"{url}/rows").text
    changed, _, unreadable = sees.get(f"{url}/rows").data
    assert changed["changes"]["customFields.margin"] == ["old secret", "secret"]
    assert (len(changed["cells"]), len(unreadable["cells"])) == (6, 7)


def test_the_page_and_the_file_of_rejected_rows_have_nothing_of_it(
    with_margin: Import, alice: User, bob: User, client: Client
) -> None:
    page = f"/imports/{with_margin.public_id}"
    client.force_login(bob)
    shown = client.get(page).content.decode()
    assert "Branch: Ipoh → Penang" in shown
    assert "secret" not in shown
    file = Answer(client.get(f"{page}/rejected")).text
    assert file.splitlines()[:2] == [
        "\ufeffNumber,Name,Email,Margin 2,Branch,Rejected because",
        "CF-2,Other,nothing,own,Ipoh,Email address: Email format is invalid.",
    ]
    assert "secret" not in file
    client.force_login(alice)
    assert "Margin: old secret → secret" in client.get(page).content.decode()
    assert ",Margin,Margin 2," in Answer(client.get(f"{page}/rejected")).text


def test_a_row_that_was_rejected_for_it_alone_does_not_say_so(
    actor: Actor, manager: Actor, in_company: Company
) -> None:
    field = CustomFieldInput(object_type="customers", label="Cost", key="cost", type="number", roles=["finance"])
    create_custom_field(actor, field)
    job = rehearsed(actor, kept(actor, "Name,Email,Cost\nAcme,a@acme.example,77 secret\n"))
    shop = ApiClient(create_api_key([in_company], name="Shop", scopes=["read"])[1], in_company.public_id)
    (row,) = shop.get(f"/imports/{job.public_id}/rows").data
    message = "Rejected for a custom field that your role does not see"
    assert row["error"] == {"code": "INVALID_ROW_DATA", "message": message, "details": []}


@pytest.mark.parametrize("other", [{"columns": {"Margin": ""}}, {"kind": "contacts"}, {"heading_row": 2}])
def test_nobody_makes_it_another_column_to_see_it(actor: Actor, manager: Actor, other: dict[str, Any]) -> None:
    job = kept(actor, FILE)
    with pytest.raises(InvalidData) as error:
        steps.update_import(manager, job, ImportInput(**other))
    assert refused(error.value) == {"Margin": HIDDEN}


def test_the_page_of_the_columns_has_neither_it_nor_its_examples(
    actor: Actor, manager: Actor, alice: User, bob: User, client: Client
) -> None:
    job = kept(actor, FILE.replace("thirty", "1234.56"))
    for person, sees in ((alice, True), (bob, False)):
        client.force_login(person)
        for page in (f"/imports/{job.public_id}", f"/imports/{job.public_id}/columns"):
            assert ("1234.56" in client.get(page).content.decode()) is sees
