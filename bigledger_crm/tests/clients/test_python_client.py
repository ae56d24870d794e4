"""The Python client with the running product, and with one that misbehaves."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import bigledger
import httpx
import pytest
from bigledger import BigLedgerClient, SyncBigLedgerClient, Upload

from bigledger_crm.testing.product import wait_for
from bigledger_crm.tests.clients.support.credentials import Credentials
from bigledger_crm.tests.clients.support.relay import Relay

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
ACME = {"name": "Acme Corporation", "email": "billing@acme.example"}


@dataclass
class Caller:
    """Makes a call with one of the two clients, which then doesn't sleep but notes for how long it would."""

    is_async: bool
    options: dict[str, Any]
    waits: list[float] = field(default_factory=list)

    def __call__(self, call: Callable[[Any], Any], **options: Any) -> Any:
        """What the call returns; the rows of a list where it is one."""
        self.waits.clear()
        if self.is_async:
            return asyncio.run(self._await(call, self.options | options))
        with SyncBigLedgerClient(**self.options | options) as client:
            client._sleep = self.waits.append
            answer = call(client)
            return list(answer) if isinstance(answer, bigledger.Listing) else answer

    async def _await(self, call: Callable[[Any], Any], options: dict[str, Any]) -> Any:
        async def wait(seconds: float) -> None:
            self.waits.append(seconds)

        async with BigLedgerClient(**options) as client:
            client._sleep = wait  # type: ignore[assignment]  # which may also give something back
            answer = call(client)
            return [row async for row in answer] if isinstance(answer, bigledger.AsyncListing) else await answer


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest, credentials: Credentials, relay: Relay) -> Caller:
    """Calls through the relay."""
    options = {"api_key": credentials.api_key, "company_id": credentials.company_id, "base_url": relay.url}
    return Caller(request.param == "async", options)


def count(call: Caller, name: str) -> int:
    """How many customers have the name."""
    page = call(lambda client: client.get("/customers", params={"search": name, "limit": 1}))
    total: int = page["pagination"]["total"]
    return total


def test_objects_have_exact_amounts_dates_and_their_own_names(call: Caller) -> None:
    fields = {"my_key": {"a_b": Decimal("1.10")}, "KeyOfMine": [1]}
    customer = call(lambda client: client.customers.create(**ACME, credit_limit="5000.00", custom_fields=fields))
    assert (customer.credit_limit, customer.custom_fields) == (Decimal("5000.00"), fields)
    line = {"description": "Widget", "quantity": Decimal("2.5"), "unit_price": 10.1, "tax_code": "SST"}
    quote = call(
        lambda client: client.quotes.create(customer_id=customer.id, quote_date="2024-01-10", items=[line], title="Q1")
    )
    assert str(quote.subtotal) == "25.25"
    assert quote.quote_date.isoformat() == "2024-01-10"
    assert quote.created_at.tzinfo is not None
    again = call(lambda client: client.quotes.update(quote.id, items=quote.items, title="Q2"))
    assert (again.title, again.items) == ("Q2", quote.items)


def test_a_rehearsed_change_says_what_it_would_do(call: Caller) -> None:
    rehearsed = call(lambda client: client.customers.create(**ACME, options={"rehearse": True}))
    assert [number.number for number in rehearsed.rehearsal.numbers] == [rehearsed.customer_number]
    with pytest.raises(bigledger.NotFoundError):
        call(lambda client: client.customers.get(rehearsed.id))
    made = call(lambda client: client.customers.create(**ACME))
    assert (made.customer_number, made.rehearsal) == (rehearsed.customer_number, None)


def test_a_version_that_was_read_is_a_condition(call: Caller) -> None:
    customer = call(lambda client: client.customers.create(**ACME))
    changed = call(
        lambda client: client.customers.update(customer.id, payment_terms=14, options={"if_match": customer})
    )
    assert changed.etag not in (None, customer.etag)
    with pytest.raises(bigledger.PreconditionFailedError):
        call(lambda client: client.customers.patch(customer.id, payment_terms=7, options={"if_match": customer.etag}))
    (row,) = call(lambda client: client.customers.list(search=changed.customer_number))
    with pytest.raises(ValueError, match="if_match"):
        call(lambda client: client.customers.delete(row.id, options={"if_match": row}))


def test_lists_go_through_all_pages(call: Caller) -> None:
    rows = [{"item_code": f"P-{number}-{call.is_async}", "name": "Paging", "unit_price": number} for number in range(5)]
    made = call(lambda client: client.items.bulk(rows))
    assert (made.succeeded, made.failed) == (5, 0)
    found = call(lambda client: client.items.list(search=f"-{call.is_async}", limit=2, sort="unitPrice", order="desc"))
    assert [item.unit_price for item in found] == [4, 3, 2, 1, 0]


def test_the_first_page_says_what_follows(call: Caller) -> None:
    call(lambda client: client.customers.create(**ACME))
    call(lambda client: client.customers.create(**ACME))
    page = call(lambda client: client.customers.list(limit=1).page())
    assert (len(page), page.limit, page.has_more) == (1, 1, True)
    assert page.total >= 2
    (second,) = call(lambda client: client.customers.list(limit=1).page(page.next_cursor))
    assert second.id != page.data[0].id


def test_files_go_up_and_come_down(call: Caller, tmp_path: Any) -> None:
    customer = call(lambda client: client.customers.create(**ACME))
    line = {"description": "Widget", "quantity": 1, "unit_price": 1}
    quote = call(lambda client: client.quotes.create(customer_id=customer.id, items=[line]))
    (tmp_path / "order.csv").write_bytes(b"a,b\n1,2\n")
    call(lambda client: client.quotes.upload_attachment(quote.id, tmp_path / "order.csv"))
    call(lambda client: client.quotes.upload_attachment(quote.id, Upload("Größe.csv", b"c\n")))
    first, second = call(lambda client: client.quotes.list_attachments(quote.id))
    down = [call(lambda client: client.download(first)), call(lambda client: client.download(second.url))]
    assert [(file.filename, file.content) for file in down] == [("order.csv", b"a,b\n1,2\n"), ("Größe.csv", b"c\n")]
    pdf = call(lambda client: client.quotes.pdf(quote.id))
    saved = pdf.save(tmp_path)
    assert saved.name.startswith(quote.quote_number)
    assert saved.read_bytes().startswith(b"%PDF")


def test_an_import_is_read(call: Caller) -> None:
    file = Upload("customers.csv", b"name,email\nAcme,billing@acme.example\n")
    job = call(lambda client: client.imports.upload(file))
    wait_for(lambda: call(lambda client: client.imports.get(job.id)).status != "reading", 60)
    found = call(lambda client: client.imports.get(job.id))
    assert (found.status, found.error, found.row_count) == ("ready", None, 1)


def test_errors_say_which_fields_and_which_request(call: Caller) -> None:
    with pytest.raises(bigledger.BadRequestError) as caught:
        call(lambda client: client.customers.create(name="", email="no address", options={"request_id": "mine-1"}))
    error = caught.value
    assert (error.status, error.code, error.request_id) == (400, "INVALID_CUSTOMER_DATA", "mine-1")
    assert set(error.fields) == {"name", "email"}
    assert "name: Name is required" in str(error)
    with pytest.raises(bigledger.NotFoundError, match="cust_invalid"):
        call(lambda client: client.customers.get("cust_invalid"))
    with pytest.raises(bigledger.NotFoundError):  # an id is one part of the path
        call(lambda client: client.customers.get("../items"))
    with pytest.raises(bigledger.AuthenticationError):
        call(lambda client: client.customers.list().page(), api_key="bl_live_unknown")


@pytest.mark.parametrize("act", ["reset", "lose", "cut", "500", "502", "503", "429"])
def test_a_post_is_repeated_and_takes_effect_once(call: Caller, relay: Relay, act: str) -> None:
    name = f"Once {act} {call.is_async}"
    relay.play(act, act)
    customer = call(lambda client: client.customers.create(name=name, phone="+60123456789"))
    keys = {request["headers"]["Idempotency-Key"] for request in relay.seen}
    assert (len(relay.seen), len(keys), len(call.waits)) == (3, 1, 2)
    assert customer.name == name
    assert count(call, name) == 1


@pytest.mark.parametrize("act", ["reset", "lose", "cut", "502"])
def test_other_calls_are_repeated_too(call: Caller, relay: Relay, act: str) -> None:
    customer = call(lambda client: client.customers.create(**ACME))
    relay.play(act)
    assert call(lambda client: client.customers.update(customer.id, payment_terms=7)).payment_terms == 7
    relay.play(act)
    assert call(lambda client: client.customers.get(customer.id)).payment_terms == 7
    relay.play(act)
    deleted = call(lambda client: client.customers.delete(customer.id))
    assert (deleted.id, deleted.deleted) == (customer.id, True)
    assert len(relay.seen) == 2


def test_a_conditional_change_is_not_repeated_when_it_may_have_happened(call: Caller, relay: Relay) -> None:
    customer = call(lambda client: client.customers.create(**ACME))
    relay.play("lose")
    with pytest.raises(bigledger.NoResponseError):
        call(lambda client: client.customers.update(customer.id, payment_terms=7, options={"if_match": customer}))
    assert len(relay.seen) == 1
    relay.play("503 1")  # nothing was changed
    changed = call(lambda client: client.customers.get(customer.id))
    relay.play("503 1")
    call(lambda client: client.customers.update(customer.id, payment_terms=9, options={"if_match": changed}))
    assert call.waits == [1]


def test_retry_after_is_waited_for_unless_it_is_long(call: Caller, relay: Relay) -> None:
    relay.play("429 7", "503 2")
    call(lambda client: client.customers.list().page())
    assert call.waits == [7, 2]
    relay.play("429 3600")
    with pytest.raises(bigledger.RateLimitError) as caught:
        call(lambda client: client.customers.list().page())
    assert (caught.value.retry_after, caught.value.code, call.waits) == (3600, "HTTP_429", [])


def test_it_gives_up_in_the_end(call: Caller, relay: Relay) -> None:
    relay.play(*["500"] * 9)
    with pytest.raises(bigledger.ServerError):
        call(lambda client: client.customers.list().page())
    assert len(relay.seen) == 4
    relay.play(*["reset"] * 9)
    with pytest.raises(bigledger.NoResponseError):
        call(lambda client: client.customers.create(**ACME, options={"max_retries": 1}))
    assert len(relay.seen) == 2
    assert call.waits[0] <= 0.5


def test_a_server_that_never_answers(call: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(bigledger.ResponseTimeoutError):
            call(lambda client: client.customers.list().page(), base_url=url, timeout=0.05, max_retries=0)


def test_a_server_that_is_not_there(call: Caller) -> None:
    with pytest.raises(bigledger.NoResponseError, match="ConnectError"):
        call(lambda client: client.customers.list().page(), base_url="http://127.0.0.1:9", max_retries=1)
    assert len(call.waits) == 1


def test_a_response_of_another_kind() -> None:
    answers = httpx.MockTransport(lambda _request: httpx.Response(200, json={"success": True, "data": {"id": 1}}))
    client = SyncBigLedgerClient("key", "company", http_client=httpx.Client(transport=answers))
    with client, pytest.raises(bigledger.UnexpectedResponseError, match="customers/cust_1"):
        client.customers.get("cust_1")


def test_without_a_key_it_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="BIGLEDGER_API_KEY"):
        BigLedgerClient()
