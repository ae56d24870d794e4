"""The sale with a pooler in transaction mode in front of the database: no session belongs to anybody for long."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from bigledger_crm.testing.cluster import Cluster
from bigledger_crm.testing.mail_server import MailServer, running_mail_server
from bigledger_crm.testing.pooler import POOL_SIZE, Pooler, running_pooler
from bigledger_crm.testing.product import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
COUNT = 20
LINE = {"description": "Month", "quantity": 1, "unitPrice": 10}
_SETTINGS = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('work_mem')"


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """What arrives from the product."""
    with running_mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, seed: Path, mail: MailServer) -> Iterator[Cluster]:
    """A machine of each kind, whose usual work goes through the pooler."""
    cluster = Cluster(tmp_path_factory.mktemp("pooled") / "books", seed, 1, API_RATE_LIMIT="off")
    cluster.environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "BIGLEDGER_MAILS_PER_HOUR": "0"}
    try:
        cluster.start_servers()
        with running_pooler(cluster.layout, tmp_path_factory.mktemp("pgbouncer") / "run") as pooler:
            cluster.environment["DATABASE_DIRECT_URL"] = cluster.layout.database_url()
            cluster.environment["DATABASE_URL"] = pooler.url("bigledger_background")
            cluster.of_web["DATABASE_URL"] = pooler.url("bigledger")
            cluster.start()
            cluster.open_company("Pooled Sdn Bhd")
            yield cluster
            _connections_are_as_they_were(pooler)
    finally:
        cluster.stop()


def _connections_are_as_they_were(pooler: Pooler) -> None:
    """Nobody has left anything behind in a session that others get next: each of a pool's is looked at."""
    for pool, expected in (("bigledger", ("30s", "5s", "4MB")), ("bigledger_background", ("1h", "1min", "4MB"))):
        for _ in range(20):
            with psycopg.connect(pooler.url(pool), prepare_threshold=None) as connection:
                assert connection.execute(_SETTINGS).fetchone() == expected, pool


def test_from_a_quote_to_a_paid_invoice(cluster: Cluster, mail: MailServer) -> None:
    customer = cluster.post("/customers", {"name": "Acme", "email": "billing@acme.test"})
    quote = cluster.post("/quotes", {"customerId": customer["id"], "items": [LINE]})
    cluster.post(f"/quotes/{quote['id']}/send")
    cluster.post(f"/quotes/{quote['id']}/accept")
    order = cluster.post(f"/quotes/{quote['id']}/convert-to-order")
    draft = cluster.post(f"/sales-orders/{order['id']}/convert-to-invoice")
    invoice = cluster.post(f"/invoices/{draft['id']}/send")
    payment = cluster.post(f"/invoices/{invoice['id']}/payments", {"amount": str(invoice["total"])})
    assert payment["invoice"]["status"] == "paid"
    wait_for(lambda: sum(email.recipients == ["billing@acme.test"] for email in mail.delivered) == 2, 60)


def test_a_batch_and_a_check_of_the_books(cluster: Cluster, mail: MailServer) -> None:
    customer = cluster.post("/customers", {"name": "Many", "email": "many@customers.test"})
    rows = [{"customerId": customer["id"], "items": [LINE]}] * COUNT
    drafts = [row["data"]["id"] for row in cluster.post("/invoices/bulk", {"rows": rows})["results"]]
    batch = cluster.post("/batches", {"action": "send_invoices", "invoiceIds": drafts})["id"]
    wait_for(lambda: cluster.request("GET", f"/batches/{batch}")[1]["data"]["succeeded"] == COUNT, 120)
    wait_for(lambda: sum(email.recipients == ["many@customers.test"] for email in mail.delivered) == COUNT, 120)
    assert "The books are correct" in cluster.manage("check_books")


def test_files_of_lists_keep_their_cursors(cluster: Cluster) -> None:
    """More at once than there are connections: each reads in a transaction, which alone has its cursor."""
    cluster.post("/customers", {"name": "Listed", "phone": "+60 3 1234 5678"})
    cookie = cluster.sign_in()

    def read(_number: int) -> str:
        return cluster.page("/customers?export=csv", cookie)

    with ThreadPoolExecutor(4 * POOL_SIZE) as readers:
        files = set(readers.map(read, range(8 * POOL_SIZE)))
    (only,) = files
    assert "Listed" in only


def test_periodic_jobs_run_and_health_is_good(cluster: Cluster) -> None:
    """A lock that stayed with a pooled connection would keep a job from ever running again."""
    done = "SELECT count(*) FROM schedule_jobrun WHERE job = 'sweep-outbox' AND finished_at IS NOT NULL"
    before = cluster.query(done)[0][0]
    wait_for(lambda: cluster.query(done)[0][0] >= before + 2, 60)
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    wait_for(lambda: cluster.query(locks) == [(0,)], 30)
    for _ in range(4):
        assert cluster.is_ready()


def test_commands_and_backups_have_sessions_of_their_own(cluster: Cluster) -> None:
    cluster.manage("migrate", "--check")
    assert "backup" in cluster.manage("backup").lower()
