"""Reads from a real streaming replica: as fresh as who reads may expect, and without it when it is away."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bigledger_crm.embedded.postgres import find_binaries
from bigledger_crm.testing.cluster import Cluster
from bigledger_crm.testing.product import wait_for
from bigledger_crm.testing.replica import Replica, running_replica

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
_READS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'bigledger' AND query LIKE '%customers_customer%'"


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[tuple[Cluster, Replica]]:
    """A machine of each kind, and a replica that they know."""
    cluster = Cluster(tmp_path_factory.mktemp("replicated") / "books", seed, 1, API_RATE_LIMIT="off")
    try:
        cluster.start_servers()
        with running_replica(cluster.layout, find_binaries(os.environ)) as replica:
            cluster.environment["DATABASE_REPLICA_URL"] = replica.url
            cluster.manage("collectstatic", "--no-input")
            cluster.start()
            cluster.open_company("Replicated Sdn Bhd")
            yield cluster, replica
    finally:
        cluster.stop()


@pytest.fixture
def cluster(machines: tuple[Cluster, Replica]) -> Cluster:
    """The product."""
    return machines[0]


@pytest.fixture
def replica(machines: tuple[Cluster, Replica]) -> Replica:
    """Its replica, which follows."""
    return machines[1]


@pytest.fixture(scope="module")
def cookie(machines: tuple[Cluster, Replica]) -> str:
    """That of an owner who is signed in."""
    return machines[0].sign_in()


def _create(cluster: Cluster, name: str) -> str:
    return str(cluster.post("/customers", {"name": name, "phone": "+60 3 1234 5678"})["id"])


def _names(cluster: Cluster) -> list[str]:
    status, answer = cluster.request("GET", "/customers?limit=100")
    assert status == 200, answer
    return [row["name"] for row in answer["data"]]


def _reads(replica: Replica) -> Any:
    return replica.execute(_READS)[0][0]


def test_lists_objects_and_reports_are_read_from_the_replica(cluster: Cluster, replica: Replica) -> None:
    key = _create(cluster, "First")
    wait_for(lambda: "First" in _names(cluster) and _reads(replica), 60)
    assert cluster.request("GET", f"/customers/{key}")[1]["data"]["name"] == "First"
    assert cluster.request("GET", "/analytics/sales")[0] == 200
    assert cluster.request("GET", "/reminders/steps")[1]["data"], "what a read has to write is written"


@pytest.mark.parametrize(
    ("path", "table"),
    [("/customers", "customers_customer"), ("/reports/sales", "invoicing_"), ("/analytics", "invoicing_")],
)
def test_pages_are_read_from_the_replica(
    cluster: Cluster, replica: Replica, cookie: str, path: str, table: str
) -> None:
    before = len(replica.log())
    wait_for(lambda: cluster.page(path, cookie) and table in replica.log()[before:], 60)


def test_who_writes_reads_it_while_the_replica_is_behind(cluster: Cluster, replica: Replica) -> None:
    wait_for(lambda: _names(cluster) and _reads(replica), 60)
    replica.execute("SELECT pg_wal_replay_pause()")
    try:
        for number in range(5):
            key = _create(cluster, f"Behind {number}")
            assert f"Behind {number}" in _names(cluster)
            assert cluster.request("GET", f"/customers/{key}")[0] == 200
        assert replica.execute("SELECT count(*) FROM customers_customer WHERE name LIKE 'Behind%'") == [(0,)]
    finally:
        replica.execute("SELECT pg_wal_replay_resume()")
    wait_for(lambda: replica.execute("SELECT count(*) FROM customers_customer WHERE name LIKE 'Behind%'") == [(5,)], 60)


def test_without_the_replica_requests_go_on(cluster: Cluster, replica: Replica) -> None:
    wait_for(lambda: _names(cluster) and _reads(replica), 60)
    replica.kill()
    for number in range(5):
        _create(cluster, f"Alone {number}")
        assert f"Alone {number}" in _names(cluster)
    replica.start()
    wait_for(lambda: _names(cluster) and _reads(replica), 60)
    assert "Alone 4" in _names(cluster)
