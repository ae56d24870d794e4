"""Saved reports by API: each key's own and the shared ones."""

from typing import Any

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_saved_report
from invoicing.models import SavedReport

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
SENDING: dict[str, Any] = {"sends": "weekly", "sendDay": 1, "fileFormat": "xlsx"}


def test_one_is_kept_changed_and_deleted(api: ApiClient, alice: User) -> None:
    filters = {"period": "last_month", "groupBy": "customer"}
    body = {"report": "sales", "name": "Sales", "filters": filters, "isShared": True, "recipients": [alice.public_id]}
    made = api.post("/saved-reports", {**body, **SENDING})
    assert made.status == 201
    assert made.data.items() >= {**body, **SENDING}.items()
    url = f"/saved-reports/{made.data['id']}"
    changed = api.patch(url, {"filters": {"period": "last_year"}, "sends": ""})
    assert changed.data["filters"] == {"period": "last_year"}
    assert [changed.data[name] for name in ("sends", "sendDay", "fileFormat", "recipients")] == [None, None, None, []]
    assert api.get("/saved-reports").data == {"savedReports": [api.get(url).data]}
    assert api.delete(url).data == {"id": made.data["id"], "deleted": True}
    assert not SavedReport.objects.exists()


def test_a_key_sees_shared_ones_and_its_own(api: ApiClient, actor: Actor, company: Company) -> None:
    own = make_saved_report(actor, name="Hers")
    shared = make_saved_report(actor, name="Shared", is_shared=True)
    mine = api.post("/saved-reports", {"report": "products", "name": "Mine"}).data["id"]
    assert [one["id"] for one in api.get("/saved-reports").data["savedReports"]] == [mine, shared.public_id]
    assert api.get(f"/saved-reports/{own.public_id}").status == 404
    reader = ApiClient(create_api_key([company], name="Reader", scopes=["analytics:read"])[1], company.public_id)
    assert [one["name"] for one in reader.get("/saved-reports").data["savedReports"]] == ["Shared"]
    assert reader.delete(f"/saved-reports/{shared.public_id}").status == 403


def test_all_that_is_wrong_is_told_at_once(api: ApiClient, bob: User) -> None:
    answer = api.post("/saved-reports", {"report": "sales", "filters": {"groupBy": 5}, "onHome": True})
    assert answer.field_errors == {
        "name": "This field is required",
        "filters.groupBy": "Must be a text",
        "onHome": "Unknown field",
    }
    body = {"report": "sales", "name": "Sales", "filters": {"groupBy": "moon"}, **SENDING, "sendDay": 8}
    answer = api.post("/saved-reports", {**body, "recipients": [bob.public_id]})
    assert answer.field_errors.keys() == {"filters.groupBy", "sendDay", "recipients"}
    assert "Share the report" in answer.field_errors["recipients"]
