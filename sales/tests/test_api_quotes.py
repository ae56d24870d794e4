"""The life of a quote over HTTP."""

from datetime import date
from typing import Any

import pytest
import time_machine

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.testing.client import Answer, ApiClient
from sales.models import Quote

pytestmark = pytest.mark.usefixtures("time_in_2024")
LINE = {"description": "Work", "quantity": 1, "unitPrice": "100.00"}


@pytest.fixture
def body(api: ApiClient) -> dict[str, Any]:
    """What makes a quote that is valid through 31 January."""
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data
    return {"customerId": customer["id"], "validUntil": "2024-01-31", "items": [LINE], "title": "Widgets"}


@pytest.fixture
def quote(api: ApiClient, body: dict[str, Any]) -> str:
    """The URL of a draft."""
    return f"/quotes/{api.post('/quotes', body).data['id']}"


def _error(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.error["code"]


def test_created_with_number_and_url(api: ApiClient, body: dict[str, Any]) -> None:
    made = [api.post("/quotes", body) for _ in range(2)]
    assert [answer.data["quoteNumber"] for answer in made] == ["QT-2024-0001", "QT-2024-0002"]
    assert made[0].status == 201
    assert made[0].headers["Location"] == f"/api/v1/quotes/{made[0].data['id']}"
    assert api.post("/quotes", {**body, "quoteDate": "2023-12-31"}).data["quoteNumber"] == "QT-2023-0001"


def test_a_failed_creation_uses_no_number(api: ApiClient, body: dict[str, Any]) -> None:
    assert api.post("/quotes", {**body, "items": [{**LINE, "taxCode": "NONE"}]}).status == 400
    assert api.post("/quotes", body).data["quoteNumber"] == "QT-2024-0001"


def test_dates_default_and_stand_in_order(api: ApiClient, body: dict[str, Any]) -> None:
    del body["validUntil"]
    made = api.post("/quotes", body).data
    assert (made["quoteDate"], made["validUntil"]) == ("2024-01-15", "2024-02-14")
    wrong = api.post("/quotes", {**body, "quoteDate": "2024-01-15", "validUntil": "2024-01-14"})
    assert wrong.error["details"] == [{"field": "validUntil", "message": "Valid until cannot be before the quote date"}]


def test_send_accept_convert(api: ApiClient, quote: str) -> None:
    sent = api.post(f"{quote}/send")
    assert (sent.status, sent.data["status"], sent.data["delivery"]["status"]) == (200, "sent", "queued")
    accepted = api.post(f"{quote}/accept", {"acceptedBy": "Jane Doe"})
    assert (accepted.status, accepted.data["status"]) == (200, "accepted")
    assert (accepted.data["acceptedAt"], accepted.data["acceptedBy"]) == ("2024-01-15T01:00:00Z", "Jane Doe")
    order = api.post(f"{quote}/convert-to-order")
    assert (order.status, order.data["status"]) == (201, "confirmed")
    assert order.headers["Location"] == f"/api/v1/sales-orders/{order.data['id']}"
    assert quote == f"/quotes/{order.data['quoteId']}"
    converted = api.get(quote).data
    assert (converted["status"], converted["salesOrderId"]) == ("converted", order.data["id"])
    assert converted["convertedToOrderAt"] == "2024-01-15T01:00:00Z"


def test_a_draft_is_accepted_on_the_phone(api: ApiClient, quote: str) -> None:
    accepted = api.post(f"{quote}/accept").data
    assert (accepted["status"], accepted["acceptedBy"]) == ("accepted", accepted["createdBy"])


@pytest.mark.parametrize(("status", "reason"), [("draft", "draft"), ("sent", "sent"), ("cancelled", "cancelled")])
def test_only_an_accepted_quote_converts(api: ApiClient, body: dict[str, Any], status: str, reason: str) -> None:
    from_draft = f"/quotes/{_in_status(api, body, status)}"
    answer = api.post(f"{from_draft}/convert-to-order")
    assert _error(answer) == (422, "QUOTE_CONVERSION_FAILED")
    assert answer.error["message"] == f"Cannot convert {reason} quote to sales order"
    assert answer.error["details"][0].keys() == {"quoteId", "validUntil", "currentDate"}


def _in_status(api: ApiClient, body: dict[str, Any], status: str) -> str:
    made = api.post("/quotes", body).data
    if status == "sent":
        api.post(f"/quotes/{made['id']}/send")
    if status == "cancelled":
        Quote.unscoped.filter(quote_number=made["quoteNumber"]).update(status="cancelled")
    return str(made["id"])


def test_a_converted_quote_names_its_order(api: ApiClient, quote: str) -> None:
    api.post(f"{quote}/accept")
    order = api.post(f"{quote}/convert-to-order").data
    again = api.post(f"{quote}/convert-to-order")
    assert _error(again) == (422, "QUOTE_CONVERSION_FAILED")
    assert again.error["details"][0]["salesOrderId"] == order["id"]
    assert len(api.get("/sales-orders").data) == 1


@pytest.mark.parametrize("first", ["accept", "send"])
def test_a_second_acceptance_is_no_move(api: ApiClient, quote: str, first: str) -> None:
    api.post(f"{quote}/{first}")
    api.post(f"{quote}/accept")
    for action, target in (("accept", "accepted"), ("send", "sent")):
        answer = api.post(f"{quote}/{action}")
        assert _error(answer) == (422, "INVALID_STATUS_TRANSITION")
        assert answer.error["details"] == [{"from": "accepted", "to": target, "allowed": ["converted"]}]


class TestExpiry:
    """A quote is valid through its last day, in the company's time zone."""

    LAST_MINUTE = "2024-01-31T23:59:00+08:00"
    DAY_AFTER = "2024-02-01T00:01:00+08:00"

    def test_on_its_last_day(self, api: ApiClient, quote: str) -> None:
        with time_machine.travel(self.LAST_MINUTE, tick=False):
            assert api.get(quote).data["status"] == "draft"
            assert api.post(f"{quote}/accept").status == 200

    def test_the_day_after(self, api: ApiClient, quote: str) -> None:
        with time_machine.travel(self.DAY_AFTER, tick=False):
            assert api.get(quote).data["status"] == "expired"
            assert api.get("/quotes").data[0]["status"] == "expired"
            for action in ("accept", "send"):
                answer = api.post(f"{quote}/{action}")
                assert _error(answer) == (422, "QUOTE_EXPIRED")
                assert answer.error["message"] == f"Cannot {action} expired quote"
                assert answer.error["details"][0]["validUntil"] == "2024-01-31"
                assert answer.error["details"][0]["currentDate"] == "2024-02-01"

    def test_entered_after_its_last_day_it_is_a_record_of_the_past(self, api: ApiClient, body: dict[str, Any]) -> None:
        late = (
            f"/quotes/{api.post('/quotes', {**body, 'quoteDate': '2024-01-01', 'validUntil': '2024-01-14'}).data['id']}"
        )
        assert api.get(late).data["status"] == "expired"
        failed = api.post(f"{late}/convert-to-order")
        assert _error(failed) == (422, "QUOTE_CONVERSION_FAILED")
        assert api.post(f"{late}/send").data["delivery"]["status"] == "queued"
        with time_machine.travel(self.DAY_AFTER, tick=False):
            assert api.post(f"{late}/accept").data["status"] == "accepted"
            assert api.post(f"{late}/convert-to-order").status == 201

    def test_entered_on_its_last_day_it_runs_out(self, api: ApiClient, body: dict[str, Any]) -> None:
        quote = api.post("/quotes", {**body, "quoteDate": "2024-01-15", "validUntil": "2024-01-15"}).data
        with time_machine.travel("2024-01-16T00:00:00+08:00", tick=False):
            assert _error(api.post(f"/quotes/{quote['id']}/accept")) == (422, "QUOTE_EXPIRED")

    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("2024-01-31", "2024-01-30T16:00:00Z"),
            ("2024-01-31T23:59:59+08:00", "2024-01-31T15:59:59Z"),
            ("2024-01-15T00:00+08:00", "2024-01-14T16:00:00Z"),
        ],
    )
    def test_accepted_in_time_and_recorded_late(self, api: ApiClient, quote: str, given: str, stored: str) -> None:
        with time_machine.travel("2024-03-01T09:00:00+08:00", tick=False):
            accepted = api.post(f"{quote}/accept", {"acceptedAt": given, "acceptedBy": "Jane Doe"}).data
        assert (accepted["status"], accepted["acceptedAt"], accepted["acceptedBy"]) == ("accepted", stored, "Jane Doe")

    def test_accepted_too_late_and_recorded_later(self, api: ApiClient, quote: str) -> None:
        with time_machine.travel("2024-03-01T09:00:00+08:00", tick=False):
            for given in ("2024-02-01", "2024-02-01T00:00+08:00", None):
                assert _error(api.post(f"{quote}/accept", {"acceptedAt": given})) == (422, "QUOTE_EXPIRED")

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ("2024-01-14", "Acceptance can't be before the quote date"),
            ("2024-01-14T23:59:59+08:00", "Acceptance can't be before the quote date"),
            ("2024-01-16", "Acceptance can't be in the future"),
            ("2024-01-15T09:00:01+08:00", "Acceptance can't be in the future"),
            ("0001-01-01", "Must be a date such as 2024-01-31, or a date and time such as 2024-01-15T10:30:00Z"),
            ("2024-02-30", "Must be a date such as 2024-01-31, or a date and time such as 2024-01-15T10:30:00Z"),
            ("2024-01-15T10:00", "Must be a date such as 2024-01-31, or a date and time such as 2024-01-15T10:30:00Z"),
            (20240115, "Must be a date such as 2024-01-31, or a date and time such as 2024-01-15T10:30:00Z"),
        ],
    )
    def test_no_such_acceptance(self, api: ApiClient, quote: str, given: object, message: str) -> None:
        answer = api.post(f"{quote}/accept", {"acceptedAt": given})
        assert _error(answer) == (400, "INVALID_QUOTE_DATA")
        assert answer.error["details"] == [{"field": "acceptedAt", "message": message}]
        assert api.get(quote).data["status"] == "draft"

    def test_accepted_in_time_it_converts_later(self, api: ApiClient, quote: str) -> None:
        api.post(f"{quote}/accept")
        with time_machine.travel(self.DAY_AFTER, tick=False):
            assert api.get(quote).data["status"] == "accepted"
            assert api.post(f"{quote}/convert-to-order").data["orderDate"] == "2024-02-01"

    def test_the_list_sorts_by_the_status_it_shows(self, api: ApiClient, body: dict[str, Any]) -> None:
        for last in (date(2024, 1, 20), date(2024, 1, 16), date(2024, 1, 20)):
            api.post("/quotes", {**body, "validUntil": last.isoformat()})
        with time_machine.travel("2024-01-17T09:00:00+08:00", tick=False):
            shown = [row["status"] for row in api.get("/quotes?sort=status&order=asc").data]
        assert shown == ["draft", "draft", "expired"]


class TestMail:
    """What is wrong with an email is named by its field."""

    @pytest.mark.parametrize(
        ("email", "fields"),
        [
            ({"to": []}, {"to"}),
            ({"to": "billing@acme.com"}, {"to"}),
            ({"to": ["billing@acme.com", "nobody", ""]}, {"to[1]", "to[2]"}),
            ({"cc": ["nobody"]}, {"cc[0]"}),
            ({"to": [f"a{number}@acme.com" for number in range(21)]}, {"to"}),
            ({"subject": "Hello\nBcc: everybody@example.com"}, {"subject"}),
            ({"subject": "s" * 201}, {"subject"}),
            ({"message": "m" * 20_001}, {"message"}),
            ({"attachPDF": "yes", "attachPdf": True}, {"attachPDF", "attachPdf"}),
            ({"bcc": ["a@acme.com"], "to": [1]}, {"bcc", "to"}),
        ],
    )
    def test_refused_by_field(self, api: ApiClient, quote: str, email: dict[str, Any], fields: set[str]) -> None:
        answer = api.post(f"{quote}/send", email)
        assert _error(answer) == (400, "INVALID_EMAIL_DATA")
        assert answer.field_errors.keys() == fields
        assert api.get(quote).data["status"] == "draft"
        assert not OutboxEmail.unscoped.exists()

    def test_a_customer_without_an_address_needs_a_recipient(self, api: ApiClient, body: dict[str, Any]) -> None:
        customer = api.post("/customers", {"name": "Acme", "phone": "+60123456789"}).data
        quote = api.post("/quotes", {**body, "customerId": customer["id"]}).data
        answer = api.post(f"/quotes/{quote['id']}/send")
        assert answer.error["details"] == [
            {"field": "to", "message": "The customer has no email address. Enter at least one recipient."}
        ]
        assert api.post(f"/quotes/{quote['id']}/send", {"to": ["a@acme.com"]}).status == 200

    def test_everything_has_a_default(self, api: ApiClient, quote: str) -> None:
        delivery = api.post(f"{quote}/send", dict.fromkeys(("to", "cc", "subject", "message"))).data["delivery"]
        assert (delivery["to"], delivery["cc"]) == (["billing@acme.com"], [])
        assert delivery["subject"] == "Quote QT-2024-0001 from Tech Supplies Sdn Bhd"
        email = OutboxEmail.unscoped.get()
        assert email.public_id == delivery["id"]
        assert email.stored_document is not None

    def test_without_the_pdf(self, api: ApiClient, quote: str) -> None:
        api.post(f"{quote}/send", {"attachPDF": False})
        assert OutboxEmail.unscoped.get().stored_document is None

    def test_sent_again(self, api: ApiClient, quote: str) -> None:
        emails = [api.post(f"{quote}/send").data["delivery"]["id"] for _ in range(2)]
        assert len(set(emails)) == 2
        documents = {email.stored_document_id for email in OutboxEmail.unscoped.all()}
        assert len(documents) == 1
