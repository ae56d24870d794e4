"""The pages about quotes."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_item, make_quote
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from sales.models import Quote

pytestmark = pytest.mark.usefixtures("time_in_2024")
HEAD = {"customer": "CUST-0001", "title": "Q1 Software Licenses", "quote_date": "2024-01-15"}


@pytest.fixture
def _acme(actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor)
        make_item(actor)


def typed(*lines: dict[str, str]) -> dict[str, str]:
    """Lines as the editor posts them."""
    names = ("item_code", "description", "quantity", "unit_price", "discount_percent", "tax_code")
    return {
        f"lines-{index}-{name}": values.get(name, "") for index, values in enumerate([*lines, {}]) for name in names
    }


LICENSES = {
    "description": "License",
    "quantity": "10",
    "unit_price": "1,000",
    "discount_percent": "15",
    "tax_code": "SST",
}


@pytest.mark.usefixtures("_acme")
def test_a_quote_of_several_lines_is_written(alices: Client, company: Company) -> None:
    widgets = {"item_code": "WDG-001", "quantity": "2"}
    response = alices.post("/quotes/new", HEAD | typed(LICENSES, {}, widgets))
    assert response.status_code == 302
    page = flat(alices.get(response["Location"]))
    assert "QT-2024-0001" in page
    assert "Q1 Software Licenses" in page
    assert "9,063.00" in page  # (8500.00 + 50.00) at 6 %
    with company_scope(company):
        assert [str(row) for row in Quote.objects.get().lines.all()] == ["1. License", "2. Premium Widget"]


@pytest.mark.usefixtures("_acme")
def test_lines_are_added_and_removed_without_javascript(alices: Client, company: Company) -> None:
    page = flat(alices.post("/quotes/new", HEAD | typed(LICENSES) | {"add_line": "1"}))
    assert 'name="lines-2-quantity"' in page
    assert 'value="Q1 Software Licenses"' in page
    assert ">License</textarea>" in page
    assert "field-error" not in page

    first = {"description": "Goes away", "quantity": "x"}
    page = flat(alices.post("/quotes/new", HEAD | typed(first, LICENSES) | {"remove_line": "0"}))
    assert "Goes away" not in page
    assert '<textarea name="lines-0-description"' in page
    assert ">License</textarea>" in page
    with company_scope(company):
        assert not Quote.objects.exists()


@pytest.mark.usefixtures("_acme")
@pytest.mark.parametrize(
    ("head", "lines", "message"),
    [
        ({"customer": "Nobody"}, [LICENSES], "No customer has this number or name"),
        ({}, [LICENSES | {"item_code": "NONE"}], "No item has this code"),
        ({}, [{}, LICENSES | {"quantity": "0"}], "Quantity must be above 0, with at most 6 decimals"),
        ({}, [LICENSES | {"quantity": "many"}], "Enter a number such as 1250.50"),
        ({}, [{"quantity": "1"}], "Description is required for a line without an item"),
        ({}, [LICENSES | {"discount_percent": "101"}], "Discount must be between 0 and 100 percent"),
        ({"valid_until": "2024-01-01"}, [LICENSES], "Valid until cannot be before the quote date"),
        ({"shipping_cost": "0.001"}, [LICENSES], "Shipping cost can have at most 2 decimals in MYR"),
        ({}, [], "At least one line is required"),
    ],
)
def test_a_refused_quote_keeps_what_was_typed(
    alices: Client, company: Company, head: dict[str, str], lines: list[dict[str, str]], message: str
) -> None:
    response = alices.post("/quotes/new", HEAD | head | typed(*lines))
    assert response.status_code == 400
    page = flat(response)
    assert message in page
    kept = form_of(page)
    assert kept["title"] == "Q1 Software Licenses"
    for index, values in enumerate(lines):
        assert {name: kept[f"lines-{index}-{name}"] for name in values} == values
    with company_scope(company):
        assert not Quote.objects.exists()


def test_a_quote_is_sent_accepted_and_converted(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
    url = f"/quotes/{quote.public_id}"
    form = flat(alices.get(f"{url}/send"))
    assert 'value="billing@acme.example.com"' in form
    email = {"to": "a@acme.example.com; b@acme.example.com", "cc": "", "subject": "Our quote", "message": "Dear all"}
    wrong = alices.post(f"{url}/send", email | {"cc": "nobody", "attach_pdf": "on"})
    assert wrong.status_code == 400
    assert "Enter a valid email address" in flat(wrong)
    assert "Dear all" in flat(wrong)

    assert alices.post(f"{url}/send", email | {"attach_pdf": "on"})["Location"] == url
    page = flat(alices.get(url))
    assert "The quote is on its way to a@acme.example.com, b@acme.example.com." in page
    assert "Email to a@acme.example.com, b@acme.example.com" in page
    assert "Quote sent" in page

    assert alices.post(f"{url}/accept")["Location"] == url
    assert "Convert to order" in flat(alices.get(url))
    assert alices.get(f"{url}/revise").status_code == 200
    order = alices.post(f"{url}/convert")["Location"]
    assert "SO-2024-0001" in flat(alices.get(order))
    assert "Convert to order" not in flat(alices.get(url))
    again = alices.post(f"{url}/convert")
    assert again.status_code == 422
    assert "This quote is already ordered." in flat(again)


def test_a_refused_button_says_why(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor, accepted=True)
    response = alices.post(f"/quotes/{quote.public_id}/accept")
    assert response.status_code == 422
    assert "This is no longer possible: it has changed since you opened the page." in flat(response)


@pytest.mark.parametrize(
    ("made", "offered"),
    [
        ("2024-01-15", {"accept", "send"}),
        ("2024-01-14", {"accept"}),
        ("", {"accept", "send"}),
    ],
    ids=["draft", "expired", "entered late"],
)
def test_only_moves_of_the_lifecycle_are_offered(alices: Client, actor: Actor, made: str, offered: set[str]) -> None:
    with company_scope(actor.company):
        if made:
            with clock.travelling(datetime.fromisoformat(f"{made}T09:00:00+08:00")):
                quote = make_quote(actor, valid_until=date.fromisoformat(made))
        else:
            quote = make_quote(actor, quote_date=date(2023, 12, 1), valid_until=date(2024, 1, 14))
    page = flat(alices.get(f"/quotes/{quote.public_id}"))
    steps = ("send", "accept", "convert")
    assert {step for step in steps if f'{quote.public_id}/{step}"' in page} == offered


def test_an_acceptance_in_time_is_recorded_late(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company), clock.travelling(datetime.fromisoformat("2024-01-02T09:00:00+08:00")):
        quote = make_quote(actor, valid_until=date(2024, 1, 10))
    url = f"/quotes/{quote.public_id}"
    too_late = alices.post(f"{url}/accept", {"accepted_at": "11.1.2024", "accepted_by": "Jane Doe"})
    assert (too_late.status_code, "Cannot accept expired quote" in flat(too_late)) == (422, True)
    assert alices.post(f"{url}/accept", {"accepted_at": "10.1.2024", "accepted_by": "Jane Doe"})["Location"] == url
    with company_scope(actor.company):
        stored = Quote.objects.get(pk=quote.pk)
    assert (stored.status, stored.accepted_by) == ("accepted", "Jane Doe")


def test_the_pdf_of_a_draft_is_a_preview_and_of_a_sent_quote_is_kept(
    alices: Client, actor: Actor, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with company_scope(actor.company):
        quote = make_quote(actor)
    url = f"/quotes/{quote.public_id}"
    draft = alices.get(f"{url}/pdf")
    assert draft["Content-Type"] == "application/pdf"
    assert draft["Content-Disposition"] == 'inline; filename="QT-2024-0001-draft.pdf"'
    assert not list(tmp_path.rglob("*.pdf"))
    alices.post(f"{url}/send", {"to": "a@acme.example.com", "subject": "Quote", "message": "Hello"})
    kept = alices.get(f"{url}/pdf")
    assert kept["Content-Disposition"] == 'inline; filename="QT-2024-0001.pdf"'
    assert [path.read_bytes() for path in tmp_path.rglob("*.pdf")] == [kept.content]
