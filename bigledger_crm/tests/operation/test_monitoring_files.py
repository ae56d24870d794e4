"""Dashboard, alerts and the table of the docs name metrics that exist, and every metric has a line in them."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.conf import settings

from bigledger_crm import metrics
from bigledger_crm.health import database, limited
from bigledger_crm.health.metrics import Gauges

if TYPE_CHECKING:
    from prometheus_client import Metric

DOCS = Path(settings.BASE_DIR, "docs")
DASHBOARD = DOCS / "monitoring" / "grafana-dashboard.json"
ALERTS = DOCS / "monitoring" / "alerts.yaml"
NAME = re.compile(r"\bbigledger_[a-z_]+")
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}


@pytest.fixture
def known(committed: None, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of all samples."""
    monkeypatch.setattr(limited, "SECONDS", 60)
    monkeypatch.setattr(database, "STATEMENT_MILLISECONDS", 60_000)
    families: list[Metric] = [*metrics._registry.collect(), *Gauges().collect()]
    found = {f"{family.name}{suffix}" for family in families for suffix in SUFFIXES[family.type]}
    return found | {"bigledger_last_sweep_age_seconds"}  # there once the outbox was swept


def _expressions() -> list[str]:
    rules = msgspec.yaml.decode(ALERTS.read_bytes())["groups"][0]["rules"]
    panels: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return [rule["expr"] for rule in rules] + [
        target["expr"] for panel in panels for target in panel.get("targets", ())
    ]


def test_every_metric_that_is_named_exists(known: set[str]) -> None:
    expressions = _expressions()
    assert len(expressions) > 30
    assert all(NAME.search(expression) for expression in expressions)
    assert {name for expression in expressions for name in NAME.findall(expression)} - known == set()


def test_every_metric_is_watched_and_described(known: set[str]) -> None:
    table = (DOCS / "operations.md").read_text()
    families = {re.sub("_(bucket|count|sum)$", "", name) for name in known}
    described = set(NAME.findall(table)) | {"bigledger_webhook_deliveries_oldest_due_seconds"}
    described |= {"bigledger_webhook_deliveries_failed"}  # the table says `…_failed`
    assert families - described == set()
    unwatched = {name for name in families if not any(name in expression for expression in _expressions())}
    assert unwatched == {"bigledger_job_last_run_duration_seconds"}


def test_every_alert_says_what_is_wrong() -> None:
    (group,) = msgspec.yaml.decode(ALERTS.read_bytes())["groups"]
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names))
    for rule in group["rules"]:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
