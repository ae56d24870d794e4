"""E-invoices by the API, against the simulator."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.einvoices import Reporting, reporting
from bigledger_crm.testing.factories import make_invoice
from invoicing.inputs import CreditNoteInput
from invoicing.models import EInvoice
from invoicing.services import create_credit_note

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
NOTHING: dict[str, Any] = {
    **dict.fromkeys(("submittedAt", "acceptedAt", "uuid", "validationHash", "id", "longId", "validationUrl")),
    **dict.fromkeys(("environment", "version", "cancellableUntil", "rejectionRequestedAt")),
    "errors": [],
}


@pytest.fixture
def reports(actor: Actor, company: Company) -> Iterator[Reporting]:
    with reporting(company, actor) as found:
        yield found


def test_a_company_that_reports_has_pending_einvoices_and_no_other(
    api: ApiClient, actor: Actor, company: Company
) -> None:
    before = make_invoice(actor)
    assert api.get(f"/invoices/{before.public_id}").data["einvoice"] == {"status": "notRequired", **NOTHING}
    with reporting(company, actor) as reports:
        pending = reports.invoice()
        assert api.get(f"/invoices/{pending.public_id}").data["einvoice"] == {"status": "pending", **NOTHING}


def test_an_invoice_is_submitted_accepted_and_cancelled(api: ApiClient, reports: Reporting) -> None:
    invoice = reports.invoice()
    url = f"/invoices/{invoice.public_id}"
    made = api.post(f"{url}/einvoice/submit")
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/einvoices/{made.data['id']}")
    assert (made.data["status"], made.data["kind"], made.data["validationHash"]) == ("pending", "01", None)
    assert made.data["documents"] == [{"type": "invoice", "id": invoice.public_id, "number": invoice.invoice_number}]
    assert api.post(f"{url}/einvoice/submit").error["code"] == "EINVOICE_EXISTS"

    reports.process()
    assert api.get(url).data["einvoice"]["status"] == "submitted"
    reports.process(seconds=5)
    accepted = api.get(url).data["einvoice"]
    row = EInvoice.objects.get()
    assert (accepted["status"], accepted["environment"], accepted["errors"]) == ("accepted", "simulator", [])
    assert accepted["validationHash"] == row.document_hash
    assert accepted["validationUrl"] == f"{reports.simulator.url}/{row.uuid}/share/{row.long_id}"
    assert accepted["acceptedAt"] < accepted["cancellableUntil"] == "2026-11-05T04:00:00Z"
    assert api.post(f"{url}/cancel", {"reason": "No"}).error["code"] == "EINVOICE_IS_LIVE"

    assert api.post(f"{url}/einvoice/cancel", {}).field_errors == {"reason": "LHDN asks for a reason"}
    asked = api.post(f"{url}/einvoice/cancel", {"reason": "Wrong buyer"})
    assert (asked.status, asked.data["status"], asked.data["cancelReason"]) == (200, "accepted", "Wrong buyer")
    reports.process()
    cancelled = api.get(url).data
    assert (cancelled["status"], cancelled["cancelReason"]) == ("cancelled", "Wrong buyer")
    assert (cancelled["einvoice"]["status"], cancelled["einvoice"]["cancellableUntil"]) == ("cancelled", None)
    again = api.post(f"{url}/einvoice/cancel", {"reason": "Once more"})
    assert (again.status, again.error["code"]) == (422, "EINVOICE_NOT_CANCELLABLE")


def test_what_lhdn_rejects_is_told_and_can_be_corrected(api: ApiClient, reports: Reporting) -> None:
    customer = reports.buyer(tin="C99999999010")  # of another number
    url = f"/invoices/{reports.invoice(customer).public_id}"
    first = api.post(f"{url}/einvoice/submit").data["id"]
    reports.process(rounds=2, seconds=5)
    rejected = api.get(url).data["einvoice"]
    assert (rejected["id"], rejected["status"]) == (first, "rejected")
    assert rejected["errors"]
    assert set(rejected["errors"][0]) == {"code", "message", "field", "link"}
    api.patch(f"/customers/{customer.public_id}", {"identificationNumber": "209901000001"})
    assert api.post(f"{url}/einvoice/submit").status == 201
    reports.process(rounds=2, seconds=5)
    assert api.get(url).data["einvoice"]["status"] == "accepted"
    both = api.get("/einvoices?expand=documents&order=asc").data
    assert [(one["id"] == first, one["status"]) for one in both] == [(True, "rejected"), (False, "accepted")]
    assert both[0]["documents"] == both[1]["documents"]
    assert [one["id"] for one in api.get("/einvoices?status=rejected").data] == [first]
    live = api.get("/einvoices?status=live&kind=01&isConsolidated=false").data
    assert [one["status"] for one in live] == ["accepted"]


def test_what_would_be_rejected_is_not_sent(api: ApiClient, reports: Reporting) -> None:
    url = f"/invoices/{reports.invoice(reports.buyer(phone='')).public_id}"
    refused = api.post(f"{url}/einvoice/submit")
    assert (refused.status, refused.error["code"]) == (422, "EINVOICE_NOT_READY")
    assert refused.error["details"] == api.get(f"{url}/einvoice/check").data["problems"]
    assert not EInvoice.objects.exists()


def test_a_credit_note_is_reported_after_its_invoice(api: ApiClient, actor: Actor, reports: Reporting) -> None:
    invoice = reports.invoice()
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, reason="Damaged"))
    url = f"/credit-notes/{note.public_id}"
    assert not api.get(f"{url}/einvoice/check").data["ready"]
    api.post(f"/invoices/{invoice.public_id}/einvoice/submit")
    reports.process(rounds=2, seconds=5)
    assert api.get(f"{url}/einvoice/check").data["ready"]
    made = api.post(f"{url}/einvoice/submit").data
    assert (made["kind"], made["documents"][0]["type"]) == ("02", "credit_note")
    reports.process(rounds=2, seconds=5)
    assert api.get(url).data["einvoice"]["status"] == "accepted"
    assert api.post(f"{url}/einvoice/cancel", {"reason": "Twice"}).data["cancelRequestedAt"] is not None
    reports.process()
    assert api.get(url).data["einvoice"]["status"] == "cancelled"
    refused = api.post(f"/invoices/{invoice.public_id}/einvoice/cancel", {"reason": "Twice"})
    assert refused.error["code"] == "INVOICE_HAS_PAYMENTS"


def test_the_document_is_the_file_that_is_sent(api: ApiClient, reports: Reporting) -> None:
    einvoice = api.post(f"/invoices/{reports.invoice().public_id}/einvoice/submit").data
    file = api.get(f"/einvoices/{einvoice['id']}/document")
    assert file.content == bytes(EInvoice.objects.get().document)
    assert json.loads(file.content)["Invoice"][0]["ID"][0]["_"] == einvoice["number"]
    assert file.headers["Content-Disposition"] == f'attachment; filename="{einvoice["number"]}.json"'


def test_a_month_of_counter_sales_is_reported_together(api: ApiClient, reports: Reporting) -> None:
    counter = reports.buyer(name="Counter sales", einvoice_preference="consolidated", tin="")
    small, large, _last = [reports.invoice(counter, price=price) for price in ("10.00", "10000.01", "20.50")]
    before = api.get("/einvoices/consolidation?month=2026-11").data
    assert before == {
        "month": "2026-11",
        "dueOn": "2026-12-07",
        "invoices": 2,
        "total": Decimal("30.50"),
        "own": [
            {
                "id": large.public_id,
                "number": large.invoice_number,
                "currency": "MYR",
                "total": Decimal("10000.01"),
                "reason": "above_limit",
            }
        ],
        "einvoices": [],
    }
    early = api.post("/einvoices/consolidate", {"month": "2026-11"})
    assert (early.status, early.field_errors) == (400, {"month": "The month is not over yet"})
    reports.pass_time(days=31)
    assert api.get("/einvoices/consolidation").data == before  # last month
    made = api.post("/einvoices/consolidate", {"month": "2026-11"})
    assert (made.status, made.data["invoices"], made.data["total"]) == (201, 0, 0)
    (einvoice,) = made.data["einvoices"]
    assert (einvoice["isConsolidated"], einvoice["status"], einvoice["total"]) == (True, "pending", Decimal("30.50"))
    again = api.post("/einvoices/consolidate", {"month": "2026-11"})
    assert "aren't reported yet" in again.field_errors["month"]

    reports.process(seconds=4, rounds=3)
    assert api.get(f"/invoices/{small.public_id}").data["einvoice"]["status"] == "accepted"
    asked = api.post(f"/einvoices/{einvoice['id']}/cancel", {"reason": "Wrong month"})
    assert (asked.status, asked.data["status"], asked.data["cancelReason"]) == (200, "accepted", "Wrong month")
    reports.process(seconds=4)
    assert api.get(f"/einvoices/{einvoice['id']}").data["status"] == "cancelled"
    assert api.get(f"/invoices/{small.public_id}").data["status"] == "overdue"
    assert api.get("/einvoices/consolidation?month=2026-11").data["invoices"] == 2


@pytest.mark.parametrize("month", ["", "2026-13", "2026", "0000-01", "2026-1", "November"])
def test_what_is_no_month_is_told(api: ApiClient, reports: Reporting, month: str) -> None:
    asked = api.get(f"/einvoices/consolidation?month={month}")
    assert (asked.status, asked.field_errors) == (400, {"month": "Must be a month such as 2026-10"})
    posted = api.post("/einvoices/consolidate", {"month": month})
    assert (posted.status, posted.field_errors) == (400, {"month": "Must be a month such as 2026-10"})
