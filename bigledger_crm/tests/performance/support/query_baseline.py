"""How many queries each endpoint makes: query_counts.json.  UPDATE_QUERY_COUNTS=1 writes what is found into it."""

import json
import os
from pathlib import Path

BASELINE = Path(__file__).with_name("query_counts.json")


def compare_with_baseline(name: str, count: int) -> None:
    """Fails when an endpoint makes another number of queries than it did."""
    known: dict[str, int] = json.loads(BASELINE.read_text())
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps({**known, name: count}, indent=2, sort_keys=True) + "\n")
    else:
        assert known.get(name) == count, "if that is meant: UPDATE_QUERY_COUNTS=1"
