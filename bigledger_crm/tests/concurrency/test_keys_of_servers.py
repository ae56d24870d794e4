"""What a web server knows of a key ends everywhere at once: two of them, and a third process that changes rows."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.services import create_api_key, revoke_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.web_server import WebServer, running_web_server

pytestmark = pytest.mark.usefixtures("committed")
ITEM = b'{"itemCode": "A", "name": "A", "unitPrice": 1}'


def test_a_change_in_one_process_counts_for_the_next_request_of_every_other(company: Company, tmp_path: Path) -> None:
    key, secret = create_api_key([company], name="Shop")
    other = create_api_key([company], name="Office")[1]
    headers = {"Authorization": f"Bearer {secret}", "X-Company-Id": company.public_id}
    with ExitStack() as stack:
        folders = [tmp_path / name for name in ("one", "two")]
        for folder in folders:
            folder.mkdir()
        servers = [stack.enter_context(running_web_server(folder)) for folder in folders]

        def statuses(method: str = "GET") -> list[int]:
            return [_status(server, method, headers) for server in servers]

        assert [statuses(), statuses(), statuses()] == [[200, 200]] * 3
        ApiKey.objects.filter(pk=key.pk).update(scopes=["items:read"])
        assert [statuses("POST"), statuses()] == [[403, 403], [200, 200]]
        Company.objects.update(is_active=False)
        assert statuses() == [403, 403]
        Company.objects.update(is_active=True)
        assert statuses() == [200, 200]
        revoke_api_key(key)
        assert [statuses(), statuses()] == [[401, 401]] * 2
        assert ApiClient(other, company.public_id).get("/items").status == 200


def _status(server: WebServer, method: str, headers: dict[str, str]) -> int:
    reply = server.send(method, "/api/v1/items", ITEM if method == "POST" else b"", headers)
    assert reply is not None
    return reply.status
