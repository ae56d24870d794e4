"""The published page's errors, commands and programs, as they stand there."""

import re
import shlex
from collections.abc import Coroutine, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine

from bigledger_crm.api.codec import encode
from bigledger_crm.testing.client import Answer, ApiClient
from bigledger_crm.tests.contract.published.environment import Environment
from bigledger_crm.tests.contract.published.reading import read_page

PAGE = read_page("published-api.md")
BASE = "https://api.bigledger.com"

pytestmark = pytest.mark.usefixtures("time_in_2024")


@pytest.fixture
def environment(api: ApiClient) -> Environment:
    """An empty company that can make what the examples are about."""
    return Environment(api, PAGE.objects | read_page("published-objects.md").objects)


def _is_published(answer: Answer, status: int, **words: str) -> None:
    """The answer is the published error, byte for byte, with other words where an id or a reason stands."""
    text = encode(PAGE.errors[status]).decode()
    for published, own in words.items():
        assert published in text
        text = text.replace(published, own)
    assert (answer.status, answer.text) == (status, text)


def test_the_published_400(api: ApiClient) -> None:
    body = {"name": "Acme Corporation", "email": "billing@acme", "paymentTerms": 366}
    _is_published(api.post("/customers", body), 400)


def test_the_published_404(api: ApiClient) -> None:
    for method in ("GET", "DELETE"):
        _is_published(api.request(method, "/customers/cust_invalid"), 404)
    _is_published(api.put("/customers/cust_invalid", {"paymentTerms": 14}), 404)


def test_the_published_422(environment: Environment) -> None:
    quote = environment.make("/quotes", "Quote", quoteDate="2024-01-01", validUntil="2024-01-05")
    path = f"/quotes/{quote['id']}/convert-to-order"
    _is_published(environment.api.post(path), 422, quote_555666777=quote["id"])
    assert environment.api.get("/sales-orders").data == []


@pytest.mark.parametrize("command", PAGE.commands, ids=lambda command: command.splitlines()[0][:60])
def test_a_published_command(environment: Environment, command: str) -> None:
    words = shlex.split(command.replace("\\\n", ""))
    options = {name: words[place + 1] for place, name in enumerate(words) if name in ("-X", "-d")}
    (url,) = [word for word in words if word.startswith(BASE)]
    headers = [words[place + 1] for place, name in enumerate(words) if name == "-H"]
    assert {"Authorization: Bearer YOUR_API_KEY", "X-Company-Id: YOUR_COMPANY_ID"} <= set(headers)
    known = {"cust_123456789": environment.customer, "": environment.order}
    path = re.sub(r"cust_\w+", lambda found: known[found[0]]["id"], url.removeprefix(BASE))
    answer = environment.api.request(options["-X"], path, options.get("-d"))
    assert answer.status == (201 if "-d" in options else 200), answer.text
    if "?" in path:
        assert len(answer.data) == 1


class Client:
    """What the page's Python program talks to: it gets over HTTP and gives the body."""

    api: ApiClient
    asked: list[Mapping[str, str]]

    def __init__(self, api_key: str, company_id: str) -> None:
        assert (api_key, company_id) == ("...", "...")

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """A body, or the end of the program."""
        answer = self.api.get(f"{path}?{urlencode(params)}" if params else path)
        assert answer.status == 200, answer.text
        return answer.body


def _run(program: Coroutine[Any, Any, Any]) -> Any:
    """What a program returns that never has to wait."""
    with pytest.raises(StopIteration) as end:
        program.send(None)
    return end.value.value


async def _not_published(client: Client, customer_id: str, year: int) -> str:
    return f"{customer_id} in {year}"


def test_the_published_python_program(environment: Environment, api: ApiClient) -> None:
    """It asks for every month up to its 31st day, in February too."""
    with time_machine.travel("2024-12-31T09:00:00+08:00", tick=False):
        for day, price in (("2024-02-01", "100.50"), ("2024-02-29", "20.25"), ("2024-03-01", "7.00")):
            environment.bill(day, price, price, "2024-04-01")
        environment.bill("2024-02-15", "1000.00")
        program: dict[str, Any] = {
            "BigLedgerClient": type("BigLedgerClient", (Client,), {"api": api}),
            "analyze_payment_behavior": _not_published,
            "analyze_product_preferences": _not_published,
        }
        exec(compile(PAGE.code["python"], "published-api.md", "exec"), program)
        customer = environment.customer["id"]
        dashboard = _run(program["generate_customer_dashboard"](customer))
    months = {entry["month"]: (entry["total"], entry["count"]) for entry in dashboard["monthly_sales"]}
    empty = dict.fromkeys(range(1, 13), (0, 0))
    assert months == empty | {2: (Decimal("120.75"), 2), 3: (Decimal("7.00"), 1)}
    assert dashboard["summary"]["customerId"] == customer
    assert dashboard["summary"]["summary"]["totalInvoices"] == 4
