"""The JavaScript client with the running product, and with one that misbehaves: in Node.js, and in Chromium."""

import re

import pytest
from playwright.sync_api import Route

from bigledger_crm.testing.browser import start_chromium
from bigledger_crm.testing.product import ROOT, Product
from bigledger_crm.tests.clients.support.credentials import Credentials
from bigledger_crm.tests.clients.support.node import run_node
from bigledger_crm.tests.clients.support.relay import Relay

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
CLIENT = ROOT / "clients" / "javascript"
TESTS = sorted((CLIENT / "tests").glob("*.test.js"))


def test_its_tests(credentials: Credentials, relay: Relay) -> None:
    environment = {**credentials.environment, "RELAY": relay.url}
    done = run_node("--test", "--test-reporter=tap", *TESTS, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed, done.stdout
    assert int(passed[1]) > 20


PROGRAM = """async ({ apiKey, companyId }) => {
    const { BigLedgerClient, verifyWebhook } = await import("/client/index.js");
    const client = new BigLedgerClient({ apiKey, companyId, baseUrl: location.origin });
    const customer = await client.customers.create({ name: "Acme", email: "billing@acme.example" });
    const items = [{ description: "Widget", quantity: 2, unitPrice: 5 }];
    const quote = await client.quotes.create({ customerId: customer.id, items });
    await client.quotes.uploadAttachment(quote.id, new File(["a,b"], "order.csv"));
    const [file] = await client.quotes.listAttachments(quote.id);
    const refused = await client.customers.create({ name: "" }).catch((error) => error);
    const unsigned = await verifyWebhook("{}", {}, "whsec_AAAA").catch((error) => error);
    const { total } = await client.quotes.list({ customerId: customer.id });
    return [quote.total, file.filename, refused.code, unsigned.name, total];
}"""


def test_in_a_browser(product: Product, credentials: Credentials) -> None:
    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name.endswith(".js"):
            route.fulfill(path=CLIENT / name, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>A program</title>", content_type="text/html")

    with start_chromium() as chromium:
        page = chromium.new_page()
        page.route("**/client/*", serve)
        page.goto(f"http://127.0.0.1:{product.port}/client/")
        keys = {"apiKey": credentials.api_key, "companyId": credentials.company_id}
        assert page.evaluate(PROGRAM, keys) == [10, "order.csv", "INVALID_CUSTOMER_DATA", "SignatureError", 1]
