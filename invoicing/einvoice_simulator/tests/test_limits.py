"""Rate limits, by the simulator's clock."""

import pytest

from invoicing.einvoice.tests.support import INVOICE
from invoicing.einvoice_simulator.limits import PER_MINUTE
from invoicing.einvoice_simulator.tests.support import BUYER, MyInvois, myinvois

UUID = "Z" * 26
CALLS = {
    "get_submission": f"/documentsubmissions/{UUID}",
    "raw": f"/documents/{UUID}/raw",
    "details": f"/documents/{UUID}/details",
    "recent": "/documents/recent",
    "search": "/documents/search",
    "search_tin": "/taxpayer/search/tin",
    "validate_tin": "/taxpayer/validate/C1",
    "qr_code": "/taxpayers/qrcodeinfo/x",
}


@pytest.mark.parametrize("endpoint", CALLS)
def test_each_endpoint_has_its_own(lhdn: MyInvois, endpoint: str) -> None:
    limit = PER_MINUTE[endpoint]
    statuses = [lhdn.get(CALLS[endpoint]).status for _ in range(limit)]
    assert 429 not in statuses
    lhdn.simulator.clock.advance(seconds=20)
    answer = lhdn.get(CALLS[endpoint])
    assert answer.error == (429, "TooManyRequests")
    assert {name: value for name, value in answer.headers.items() if name.startswith(("X-Rate", "Retry"))} == {
        "X-Rate-Limit-Limit": f"{limit}",
        "X-Rate-Limit-Remaining": "0",
        "X-Rate-Limit-Reset": "2026-11-28T02:17:00Z",
        "Retry-After": "40",
    }
    lhdn.simulator.clock.advance(seconds=40)
    assert lhdn.get(CALLS[endpoint]).status != 429
    others = {name: path for name, path in CALLS.items() if name != endpoint}
    assert 429 not in [lhdn.get(path).status for path in others.values()]


def test_tokens(lhdn: MyInvois) -> None:
    assert [lhdn.token().status for _ in range(13)] == [200] * 12 + [429]
    assert lhdn.token(BUYER).status == 200


def test_submissions_tell_what_is_left() -> None:
    with myinvois(rate_limit_factor=0.02) as lhdn:
        answers = [lhdn.submit(INVOICE) for _ in range(3)]
        assert [answer.status for answer in answers] == [202, 422, 429]
        assert answers[0].headers["X-Rate-Limit-Remaining"] == "1"


def test_cancelling_and_rejecting_have_one_each(lhdn: MyInvois) -> None:
    for status in ("cancelled", "rejected"):
        statuses = [lhdn.change(UUID, status).status for _ in range(13)]
        assert statuses == [404] * 12 + [429]


def test_a_factor_of_0_is_no_limit() -> None:
    with myinvois(rate_limit_factor=0) as lhdn:
        assert {lhdn.token().status for _ in range(30)} == {200}
