"""Imports by the API."""

import pytest

from bigledger_crm.documents import storage
from bigledger_crm.imports.models import Import
from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient, Upload
from customers.models import Customer

FILE = b"number,name,email\nA-1,Acme,a@acme.example\nA-2,Other,\n"


def worked(actor: Actor, public_id: str) -> None:
    """Lets workers go on with an import."""
    with company_scope(actor.company):
        support.worked(next(job for job in Import.objects.all() if job.public_id == public_id))


def test_a_file_goes_all_the_way(api: ApiClient, actor: Actor) -> None:
    made = api.post("/imports?kind=customers", Upload("customers.csv", FILE))
    assert made.status == 202
    one = made.data
    assert (one["status"], made.headers["Location"]) == ("reading", f"/api/v1/imports/{one['id']}")
    url = f"/imports/{one['id']}"
    worked(actor, one["id"])
    found = api.get(url).data
    assert found["columns"] == {"number": "customerNumber", "name": "name", "email": "email"}
    assert api.post(f"{url}/run").status == 409
    assert api.post(f"{url}/rehearse").status == 202
    worked(actor, one["id"])
    rejected = api.get(f"{url}/rows?outcome=rejected").data
    assert [(row["line"], row["error"]["code"]) for row in rejected] == [(3, "INVALID_CUSTOMER_DATA")]
    assert rejected[0]["error"]["details"] == [{"field": "email", "message": "Email or phone is required"}]
    assert api.post(f"{url}/run").status == 202
    worked(actor, one["id"])
    done = api.get(url).data
    assert (done["status"], done["position"], done["counts"]["new"]) == ("completed", 2, 1)
    (row,) = api.get(f"{url}/rows?outcome=new").data
    assert api.get(f"/customers/{row['objectId']}").data["name"] == "Acme"
    assert api.post(f"{url}/undo").status == 202
    worked(actor, one["id"])
    assert api.get(f"/customers/{row['objectId']}").status == 404
    assert Customer.unscoped.count() == 0
    assert [listed["status"] for listed in api.get("/imports").data] == ["undone"]


@pytest.mark.parametrize("lines", [1, 100_000])  # in memory, and on the disk
def test_a_file_sent_with_a_key_is_kept_whole_and_once(api: ApiClient, actor: Actor, lines: int) -> None:
    file = FILE + b"A-3,More than fits into memory,m@more.example\n" * lines
    first = api.post("/imports", Upload("customers.csv", file), Idempotency_Key="one")
    again = api.post("/imports", Upload("customers.csv", file), Idempotency_Key="one")
    assert (again.status, again.headers["Idempotent-Replayed"], again.data) == (202, "true", first.data)
    with company_scope(actor.company):
        (job,) = Import.objects.all()
        assert storage.read(job.path) == file
    other = api.post("/imports", Upload("customers.csv", FILE), Idempotency_Key="one")
    assert (other.status, other.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_file_sent_with_a_key_is_read(api: ApiClient, actor: Actor) -> None:
    one = api.post("/imports", Upload("customers.csv", FILE), Idempotency_Key="one").data
    worked(actor, one["id"])
    found = api.get(f"/imports/{one['id']}").data
    assert (found["status"], found["error"], found["rowCount"]) == ("ready", None, 2)


def test_kinds_and_columns_are_checked(api: ApiClient, actor: Actor) -> None:
    wrong = api.post("/imports?kind=planets", Upload("a.csv", FILE))
    (detail,) = wrong.error["details"]
    assert detail["field"] == "kind"
    assert detail["message"].startswith("Kind must be one of: customers, contacts, items, ")
    one = api.post("/imports", Upload("a.csv", FILE)).data
    worked(actor, one["id"])
    refused = api.patch(f"/imports/{one['id']}", {"columns": {"Zip": "x", "name": 1}, "matchBy": "name"})
    assert refused.status == 400
    wrong_meanings = api.patch(f"/imports/{one['id']}", {"meanings": {"name": {"a": "b"}}, "defaults": {"zip": "1"}})
    assert [detail["field"] for detail in wrong_meanings.error["details"]] == ["meanings.name", "defaults.zip"]
    assert api.patch(f"/imports/{one['id']}", {"meanings": {"name": {"a": 1}}}).status == 400
    assert api.patch(f"/imports/{one['id']}", {"matchBy": "email"}).data["matchBy"] == "email"
    assert api.patch(f"/imports/{one['id']}", {"kind": "items"}).data["status"] == "reading"
    worked(actor, one["id"])
    found = api.get(f"/imports/{one['id']}").data
    assert (found["kind"], found["columns"]) == ("items", {"number": "", "name": "name", "email": ""})


def test_an_empty_file_is_refused(api: ApiClient) -> None:
    answer = api.post("/imports", Upload("a.csv", b""))
    assert (answer.status, answer.error["code"]) == (400, "INVALID_IMPORT_DATA")
