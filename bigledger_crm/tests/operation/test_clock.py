"""The clock's journeys."""

from datetime import UTC, datetime, timedelta

from bigledger_crm.kernel import clock


def test_travelling_moves_the_clock_and_comes_back() -> None:
    before = clock.now()
    with clock.travelling(datetime(2024, 1, 15, 1, tzinfo=UTC)):
        assert timedelta(0) <= clock.now() - datetime(2024, 1, 15, 1, tzinfo=UTC) < timedelta(minutes=1)
        assert clock.today("Asia/Kuala_Lumpur").isoformat() == "2024-01-15"
        with clock.travelling(datetime(2025, 1, 15, 1, tzinfo=UTC)):
            assert clock.now().year == 2025
        assert clock.now().year == 2024
    assert timedelta(0) <= clock.now() - before < timedelta(minutes=1)
