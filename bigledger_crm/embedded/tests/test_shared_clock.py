from pathlib import Path

import pytest

from bigledger_crm.embedded import shared_clock
from bigledger_crm.embedded.paths import Layout

CLOCK = {"BIGLEDGER_CLOCK": "2024-01-15T09:00:00+08:00", "BIGLEDGER_CLOCK_REFERENCE": "1700000000.5"}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.run.mkdir()
    return layout


def joined(layout: Layout, **environment: str) -> dict[str, str]:
    shared_clock.join(layout, environment)
    return environment


def test_a_command_beside_a_rehearsal_takes_over_its_clock(layout: Layout) -> None:
    with shared_clock.announced(layout, {**CLOCK, "HOME": "/"}):
        assert joined(layout) == CLOCK
    assert joined(layout) == {}


def test_a_clock_of_its_own_and_another_database_are_left_alone(layout: Layout) -> None:
    with shared_clock.announced(layout, dict(CLOCK)):
        assert joined(layout, BIGLEDGER_CLOCK="2025-01-01T00:00:00Z") == {"BIGLEDGER_CLOCK": "2025-01-01T00:00:00Z"}
        assert joined(layout, DATABASE_URL="postgresql://host/name") == {"DATABASE_URL": "postgresql://host/name"}


def test_what_a_killed_rehearsal_left_counts_for_nothing(layout: Layout) -> None:
    (layout.run / "clock.json").write_text('{"BIGLEDGER_CLOCK": "2024-01-15T09:00:00+08:00"}')
    assert joined(layout) == {}
    with shared_clock.announced(layout, {}):
        assert joined(layout) == {}
