"""Sells where there is no invoicing, in the test database, and follows every link of every page.

Prints the paths of the pages that it saw.  Nothing is kept: everything is one transaction, rolled back in the end.
"""

import re
import sys
from html import unescape
from typing import Any

from bigledger_crm.tests.structure.fewer_apps import take_away

if __name__ == "__main__":
    take_away("invoicing", root_urls="bigledger_crm.tests.structure.urls_without_invoicing")

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import setup_test_environment

from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.testing.client import ApiClient, api_client
from sales.services import open_company

# What a page leads to, and what it fetches by itself.
LINK = re.compile(r'(?:<a\b[^>]*\bhref|hx-get)="(/[^"#]*)')


def sell(api: ApiClient) -> list[str]:
    """The paths of a customer, a quote that was accepted and converted, its order, and an order shipped in part."""
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.example"}).data["id"]
    api.post(f"/customers/{customer}/contacts", {"name": "Ali"})
    item = api.post("/items", {"itemCode": "WDG-001", "name": "Widget", "unitPrice": 25}).data["id"]
    wanted = {"customerId": customer, "items": [{"itemId": item, "quantity": 4}]}
    quote = api.post("/quotes", wanted).data["id"]
    draft = api.post("/quotes", wanted).data["id"]
    api.post(f"/quotes/{quote}/accept")
    order = api.post(f"/quotes/{quote}/convert-to-order", {}).data["id"]
    shipped = api.post("/sales-orders", wanted).data
    confirmed = api.patch(f"/sales-orders/{shipped['id']}/status", {"status": "confirmed"}).data
    line = confirmed["items"][0]["id"]
    shipment = api.post(f"/sales-orders/{shipped['id']}/shipments", {"items": [{"itemId": line, "quantity": 1}]}).data
    return [
        f"/customers/{customer}",
        *(f"/quotes/{id_}" for id_ in (quote, draft)),
        *(f"/sales-orders/{id_}" for id_ in (order, shipped["id"])),
        f"/shipments/{shipment['id']}",
    ]


def walk(client: Client, start: list[str]) -> dict[str, Any]:
    """The responses of all pages that links lead to, by their paths: each once, as it was linked first."""
    seen: dict[str, Any] = {}
    ahead = list(start)
    while ahead:
        link = ahead.pop()
        path = link.partition("?")[0]
        if path in seen or path.endswith(("pdf", "/sample.pdf")) or path.startswith(("/api/", "/static/")):
            continue
        response = seen[path] = client.get(link)
        text = response.content.decode() if "html" in response.headers.get("Content-Type", "") else ""
        ahead += map(unescape, LINK.findall(text))
    return seen


def main(database: str) -> None:
    """Sells, walks and rolls back."""
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = database
    setup_test_environment()
    with transaction.atomic():
        company = open_company("Tech Supplies")
        alice = User.objects.create_user("alice@example.com", "correct horse battery", name="Alice Tan")
        Membership.objects.create(company=company, user=alice, role="owner")
        client = Client()
        client.force_login(alice)
        start = sell(api_client(company))
        seen = walk(client, ["/quotes", "/sales-orders", "/styleguide", *start])
        for path, response in sorted(seen.items()):
            names = [template.name for template in response.templates or () if template.name]
            from_above = [name for name in names if name.startswith("invoicing/")]
            sys.stdout.write(f"{path} {' '.join([str(response.status_code), *from_above])}\n")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main(sys.argv[1])
