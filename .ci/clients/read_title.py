"""Reads a quote with the generated client, as its HTTP library would hand it over."""

import json
import sys
from pathlib import Path

import httpx
from big_ledger_crm_client import AuthenticatedClient
from big_ledger_crm_client.api.quotes import get_quote

body = json.loads(Path(sys.argv[1]).read_text())
client = AuthenticatedClient(
    base_url="http://localhost",
    token="bl_live_",
    httpx_args={"transport": httpx.MockTransport(lambda request: httpx.Response(200, json=body))},
)
answer = get_quote.sync(body["data"]["id"], client=client)
assert answer is not None
assert answer.data.title == body["data"]["title"], answer
