"""All files of the product in an object store: written, read, streamed, deleted, backed up and restored."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bigledger_crm.documents.tests.file_samples import PDF
from bigledger_crm.testing.cluster import Cluster
from bigledger_crm.testing.mail_server import MailServer, running_mail_server
from bigledger_crm.testing.object_store import ACCESS, ObjectStore, running_object_store
from bigledger_crm.testing.product import ROOT, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
FILES, BACKUPS, RESTORED = "files", "backups", "restored"
CSV = b"number,name,email\nA-1,Imported,a@acme.example\n"


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    """The store."""
    with running_object_store() as store:
        yield store


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """What arrives from the product."""
    with running_mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, seed: Path, store: ObjectStore, mail: MailServer
) -> Iterator[Cluster]:
    """A machine of each kind with its files and backups in the store."""
    cluster = Cluster(tmp_path_factory.mktemp("stored") / "books", seed, 1, API_RATE_LIMIT="off", **ACCESS)
    cluster.environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "FILES_URL": store.make(FILES)}
    cluster.environment["BACKUP_URL"] = store.make(BACKUPS)
    with cluster.running():
        cluster.open_company("Stored Sdn Bhd")
        yield cluster


def _file(cluster: Cluster, path: str) -> bytes:
    connection = cluster.connect()
    with contextlib.closing(connection):
        connection.request("GET", path, headers=cluster.headers)
        response = connection.getresponse()
        content = response.read()
    assert response.status == 200, content
    return content


def _upload(cluster: Cluster, path: str, name: str, content: bytes, kind: str) -> Any:
    edge = "edge-of-the-parts"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    connection = cluster.connect()
    with contextlib.closing(connection):
        headers = {**cluster.headers, "Content-Type": f"multipart/form-data; boundary={edge}"}
        connection.request("POST", f"/api/v1{path}", body, headers)
        response = connection.getresponse()
        assert response.status < 300, response.read()
    return None


def _invoice(cluster: Cluster) -> Any:
    customer = cluster.post("/customers", {"name": "Acme", "email": "billing@acme.test"})["id"]
    line = {"description": "Month", "quantity": 1, "unitPrice": 10}
    return cluster.post("/invoices", {"customerId": customer, "items": [line]})["id"]


def test_a_pdf_is_kept_once_and_sent_as_it_is_kept(cluster: Cluster, store: ObjectStore, mail: MailServer) -> None:
    invoice = _invoice(cluster)
    cluster.post(f"/invoices/{invoice}/send")
    wait_for(lambda: mail.delivered, 60)
    (sent,) = [part.get_content() for part in mail.delivered[0].message.iter_attachments()]
    assert _file(cluster, f"/api/v1/invoices/{invoice}/pdf") == sent
    (name,) = [name for name in store.names(FILES) if name.endswith(".pdf")]
    assert store.client.get_object(Bucket=FILES, Key=name)["Body"].read() == sent


def test_attachments_come_and_go(cluster: Cluster, store: ObjectStore) -> None:
    invoice = _invoice(cluster)
    _upload(cluster, f"/invoices/{invoice}/attachments", "order.pdf", PDF, "application/pdf")
    (attached,) = cluster.request("GET", f"/invoices/{invoice}")[1]["data"]["attachments"]
    assert _file(cluster, "/" + attached["url"].split("/", 3)[3]) == PDF
    assert any("attachments/" in name for name in store.names(FILES))
    assert cluster.request("DELETE", f"/invoices/{invoice}/attachments/{attached['id']}")[0] == 200
    wait_for(lambda: not any("attachments/" in name for name in store.names(FILES)), 60)


def test_imports_and_exports_of_the_company(cluster: Cluster, store: ObjectStore) -> None:
    _upload(cluster, "/imports?kind=customers", "customers.csv", CSV, "text/csv")
    (one,) = cluster.request("GET", "/imports")[1]["data"]
    wait_for(lambda: cluster.request("GET", f"/imports/{one['id']}")[1]["data"]["status"] == "ready", 60)
    export = cluster.post("/company-exports")["id"]
    wait_for(lambda: cluster.request("GET", f"/company-exports/{export}")[1]["data"]["status"] == "ready", 60)
    assert _file(cluster, f"/api/v1/company-exports/{export}/file").startswith(b"PK")
    before = len(store.names(FILES))
    assert cluster.request("DELETE", f"/company-exports/{export}")[0] == 200
    wait_for(lambda: len(store.names(FILES)) < before, 60)


def test_a_backup_of_the_store_is_restored_into_another(cluster: Cluster, store: ObjectStore, tmp_path: Path) -> None:
    cluster.manage("backup")
    assert store.names(BACKUPS)
    kept = sorted(name for name in store.names(FILES) if name.endswith(".pdf"))
    assert kept
    environment = {**cluster.environment, "BIGLEDGER_DATA_DIR": str(tmp_path / "other"), "OUTGOING": "off"}
    environment |= {"FILES_URL": store.make(RESTORED)}
    environment.pop("REDIS_URL")
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", "latest"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(name for name in store.names(RESTORED) if name.endswith(".pdf")) == kept


def test_nothing_is_kept_on_the_machine(cluster: Cluster) -> None:
    """The last one: what all the others have left."""
    cluster.manage("delete_orphan_files")
    assert [path for path in cluster.layout.files.rglob("*") if path.is_file()] == []
