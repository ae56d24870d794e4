"""The published page's errors, commands and programs, as they stand there."""

import re
import shlex

import pytest

from bigledger_crm.api.codec import encode
from bigledger_crm.testing.client import Answer, ApiClient
from bigledger_crm.tests.published.reading import read_page
from bigledger_crm.tests.published.stage import Stage

PAGE = read_page("published-api.md")
BASE = "https://api.bigledger.com"

pytestmark = pytest.mark.usefixtures("time_in_2024")


@pytest.fixture
def stage(api: ApiClient) -> Stage:
    """An empty company that can make what the examples are about."""
    return Stage(api, PAGE.objects | read_page("published-objects.md").objects)


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


def test_the_published_422(stage: Stage) -> None:
    quote = stage.make("/quotes", "Quote", quoteDate="2024-01-01", validUntil="2024-01-05")
    path = f"/quotes/{quote['id']}/convert-to-order"
    _is_published(stage.api.post(path), 422, quote_555666777=quote["id"])
    assert stage.api.get("/sales-orders").data == []


@pytest.mark.parametrize("command", PAGE.commands, ids=lambda command: command.splitlines()[0][:60])
def test_a_published_command(stage: Stage, command: str) -> None:
    words = shlex.split(command.replace("\\\n", ""))
    options = {name: words[place + 1] for place, name in enumerate(words) if name in ("-X", "-d")}
    (address,) = [word for word in words if word.startswith(BASE)]
    headers = [words[place + 1] for place, name in enumerate(words) if name == "-H"]
    assert {"Authorization: Bearer YOUR_API_KEY", "X-Company-Id: YOUR_COMPANY_ID"} <= set(headers)
    known = {"cust_123456789": stage.customer, "": stage.order}
    path = re.sub(r"cust_\w+", lambda found: known[found[0]]["id"], address.removeprefix(BASE))
    answer = stage.api.request(options["-X"], path, options.get("-d"))
    assert answer.status == (201 if "-d" in options else 200), answer.text
    if "?" in path:
        assert len(answer.data) == 1
