"""The control API, and what is kept in a file."""

from pathlib import Path

import pytest

from invoicing.einvoice.tests.support import INVOICE
from invoicing.einvoice_simulator.model import Settings
from invoicing.einvoice_simulator.simulator import Simulator
from invoicing.einvoice_simulator.testing import one_authority
from invoicing.einvoice_simulator.tests.support import NOW, MyInvois, myinvois


def test_the_clock_moves_stops_and_goes_on(lhdn: MyInvois) -> None:
    assert lhdn.control("GET", "/clock").body == {"now": "2026-11-28T02:16:00Z", "stopped": True}
    later = {"advanceSeconds": 3600}
    assert lhdn.control("POST", "/clock", later).body == {"now": "2026-11-28T03:16:00Z", "stopped": True}
    new_year = {"at": "2027-01-01T00:00:00+08:00"}
    assert lhdn.control("POST", "/clock", new_year).body["now"] == "2026-12-31T16:00:00Z"
    going = lhdn.control("POST", "/clock", {"stopped": False, **new_year, **later}).body
    assert (going["now"][:15], going["stopped"]) == ("2026-12-31T17:0", False)
    assert lhdn.control("POST", "/clock", {"stopped": True}).body["stopped"] is True
    assert lhdn.control("POST", "/clock", {"at": "2027-01-01T00:00:00"}).error == (400, "BadArgument")


def test_settings(lhdn: MyInvois) -> None:
    changed = lhdn.control("POST", "/settings", {"delaySeconds": 5, "registry": "strict"}).body
    assert lhdn.control("GET", "/settings").body == changed
    assert (changed["delaySeconds"], changed["registry"], changed["totals"]) == (5, "strict", "off")
    for wrong in ({"registry": "closed"}, {"delay": 5}, ["delaySeconds"]):
        assert lhdn.control("POST", "/settings", wrong).error == (400, "BadArgument")


def test_taxpayers_and_clients_are_added(lhdn: MyInvois) -> None:
    lhdn.control("POST", "/settings", {"registry": "strict"})
    new = {"tin": "C12345678900", "name": "Baru Sdn Bhd", "ids": [["BRN", "202601000001"]]}
    assert lhdn.get("/taxpayer/validate/C12345678900?idType=BRN&idValue=202601000001").status == 404
    assert lhdn.control("POST", "/taxpayers", new).status == 201
    assert lhdn.get("/taxpayer/validate/C12345678900?idType=BRN&idValue=202601000001").status == 200
    assert "C12345678900" in [one["tin"] for one in lhdn.control("GET", "/taxpayers").body]
    client = {"id": "new-client", "secrets": ["new-secret"], "tin": "C12345678900"}
    assert lhdn.control("POST", "/clients", client).status == 201
    assert lhdn.token("new-client").status == 200
    assert "new-client" in [one["id"] for one in lhdn.control("GET", "/clients").body]


def test_acting_as_others(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    rejected = lhdn.control("POST", f"/documents/{uuid}/reject", {"reason": "Not ours"}).body
    assert (rejected["status"], rejected["documentStatusReason"]) == ("Valid", "Not ours")
    cancelled = lhdn.control("POST", f"/documents/{uuid}/cancel").body
    assert (cancelled["status"], cancelled["documentStatusReason"]) == ("Cancelled", "Simulated")
    assert lhdn.control("POST", f"/documents/{uuid}/cancel").error == (400, "IncorrectState")
    assert lhdn.control("POST", f"/documents/{'Z' * 26}/cancel").error == (404, "NotFound")


def test_validating_before_its_time() -> None:
    with myinvois(delay_seconds=3600) as lhdn:
        (uuid,) = lhdn.accepted(INVOICE)
        assert [one["status"] for one in lhdn.control("GET", "/documents").body] == ["Submitted"]
        assert lhdn.control("POST", f"/documents/{uuid}/validate").body["status"] == "Valid"
        assert lhdn.control("POST", f"/documents/{uuid}/validate").body["status"] == "Valid"


def test_requests_are_listed(lhdn: MyInvois) -> None:
    lhdn.get("/documenttypes")
    answer = lhdn.get("/nowhere")
    assert answer.error == (404, "NotFound")
    notes = lhdn.control("GET", "/requests").body
    assert [(note["method"], note["path"], note["status"], note["clientId"]) for note in notes] == [
        ("POST", "/connect/token", 200, ""),
        ("GET", "/api/v1.0/documenttypes", 200, "contoh-client"),
        ("GET", "/api/v1.0/nowhere", 404, ""),
    ]
    assert notes[-1]["correlationId"] == answer.headers["correlationId"]


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/connect/token"), ("POST", "/_sim/requests")])
def test_methods_that_are_not_there(lhdn: MyInvois, method: str, path: str) -> None:
    assert lhdn.call(method, path).error == (405, "MethodNotAllowed")


def test_bodies_that_are_no_json(lhdn: MyInvois) -> None:
    assert lhdn.call("POST", "/_sim/faults", b"{").error == (400, "BadStructure")


def test_other_sites_neither_steer_nor_read_it(lhdn: MyInvois) -> None:
    other = lhdn.call("POST", "/_sim/reset", host="127.0.0.1:30000", origin="https://evil.example")
    assert other.error == (403, "Forbidden")
    assert lhdn.call("POST", "/_sim/reset", host="127.0.0.1:30000", origin="http://127.0.0.1:30000").status == 200
    for path in ("/", "/_sim/documents"):
        assert lhdn.call("GET", path, host="evil.example:30000").error == (403, "Forbidden")
        assert lhdn.call("GET", path, host="localhost:30000").status == 200


def test_a_reset_keeps_the_settings_and_the_authority(lhdn: MyInvois) -> None:
    lhdn.control("POST", "/settings", {"registry": "strict"})
    authority = lhdn.control("GET", "/authority").content
    lhdn.accepted(INVOICE)
    lhdn.fault("server_error")
    assert lhdn.control("POST", "/reset").status == 200
    assert lhdn.control("GET", "/documents").body == []
    assert lhdn.control("GET", "/faults").body["faults"] == []
    assert lhdn.control("GET", "/settings").body["registry"] == "strict"
    assert lhdn.control("GET", "/authority").content == authority


def test_a_file_keeps_it_all(tmp_path: Path) -> None:
    path = tmp_path / "simulator.sqlite3"
    first = Simulator(path, Settings(registry="strict"), new_authority=one_authority)
    first.clock.stop(NOW)
    lhdn = MyInvois(first)
    (uuid,) = lhdn.accepted(INVOICE)
    lhdn.fault("server_error", endpoint="recent")
    authority = lhdn.control("GET", "/authority").content
    first.close()
    second = Simulator(path, Settings(registry="open"))
    again = MyInvois(second, lhdn.tokens)
    assert again.status(uuid) == "Valid"
    assert again.control("GET", "/clock").body == {"now": "2026-11-28T02:16:00Z", "stopped": True}
    assert again.control("GET", "/settings").body["registry"] == "strict"
    assert again.control("GET", "/authority").content == authority
    assert again.get("/documents/recent").status == 500
    second.close()
