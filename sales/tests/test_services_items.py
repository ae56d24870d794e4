"""Making and changing items and tax codes, and the tax codes of a new company."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import make_item
from sales.catalogue_inputs import ItemInput, TaxCodeInput, TaxRateInput
from sales.errors import ItemCodeTaken, TaxCodeTaken
from sales.models import Item, TaxCode
from sales.queries import tax_rates_on
from sales.services import create_item, create_tax_code, open_company, update_item

D = Decimal


def rates(*pairs: tuple[str, date]) -> list[TaxRateInput]:
    return [TaxRateInput(rate=D(rate), valid_from=day) for rate, day in pairs]


@pytest.mark.django_db
def test_a_new_company_starts_with_dated_tax_codes() -> None:
    with company_scope(open_company("  Neu  Sdn Bhd ")):
        codes = ["SST", "SST-S", "ZERO", "EXEMPT"]
        assert tax_rates_on(codes, date(2018, 8, 31)) == {"SST": None, "SST-S": None, "ZERO": 0, "EXEMPT": 0}
        assert tax_rates_on(codes, date(2018, 9, 1)) == {"SST": 10, "SST-S": 6, "ZERO": 0, "EXEMPT": 0}
        assert tax_rates_on(codes, date(2024, 2, 29))["SST-S"] == 6
        assert tax_rates_on(codes, date(2024, 3, 1))["SST-S"] == 8
        assert TaxCode.objects.count() == 4
    assert Company.objects.get().name == "Neu Sdn Bhd"


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "codes"), [("SG", ["GST"]), ("GB", ["VAT", "VAT-R"]), ("DE", [])])
def test_a_new_company_has_the_tax_codes_of_its_country(country: str, codes: list[str]) -> None:
    with company_scope(open_company("New", country=country)):
        assert sorted(TaxCode.objects.values_list("code", flat=True)) == sorted([*codes, "ZERO", "EXEMPT"])


def test_companies_have_tax_codes_of_their_own(make_company: Callable[..., Company]) -> None:
    with company_scope(make_company("A")):
        assert tax_rates_on(["SST"], date(2024, 1, 1)) == {"SST": 6}
    with company_scope(make_company("B", sst_rate=D(10))):
        assert tax_rates_on(["SST"], date(2024, 1, 1)) == {"SST": 10}


@pytest.mark.django_db
def test_a_company_needs_a_name() -> None:
    with pytest.raises(InvalidData):
        open_company("  ")
    assert not Company.objects.exists()


@pytest.mark.usefixtures("in_company")
class TestTaxCodes:
    def test_one_rate_holds_from_the_beginning_of_time(self, actor: Actor) -> None:
        create_tax_code(actor, TaxCodeInput(code="VAT", name="Value added tax", rate=D("9.975")))
        assert tax_rates_on(["VAT"], date(1, 1, 1)) == {"VAT": D("9.975")}

    def test_dated_rates(self, actor: Actor) -> None:
        dated = rates(("5", date(2024, 1, 1)), ("7", date(2024, 7, 1)))
        assert create_tax_code(actor, TaxCodeInput(code="GST", rates=dated)).name == "GST"
        found = [tax_rates_on(["GST"], day)["GST"] for day in (date(2023, 12, 31), date(2024, 6, 30), date(2024, 7, 1))]
        assert found == [None, 5, 7]

    def test_every_failing_field(self, actor: Actor) -> None:
        bad = rates(("101", date(2024, 1, 1)), ("5", date(2024, 1, 1)), ("0.00001", date(2024, 2, 1)))
        named = invalid_fields(lambda: create_tax_code(actor, TaxCodeInput(code="", name="n" * 101, rates=bad)))
        assert set(named) == {"code", "name", "rates", "rates[0].rate", "rates[2].rate"}
        one = TaxCodeInput(code="X", rates=rates(("-1", date(2024, 1, 1))))
        assert set(invalid_fields(lambda: create_tax_code(actor, one))) == {"rates[0].rate"}
        assert set(invalid_fields(lambda: create_tax_code(actor, TaxCodeInput(code="X", rate=D(-1))))) == {"rate"}
        assert set(invalid_fields(lambda: create_tax_code(actor, TaxCodeInput(code="X")))) == {"rate"}

    def test_a_code_is_taken_once(self, actor: Actor) -> None:
        with pytest.raises(TaxCodeTaken) as refusal:
            create_tax_code(actor, TaxCodeInput(code="SST", rate=D(1)))
        assert refusal.value.status == 409
        assert TaxCode.objects.filter(code="SST").count() == 1

    def test_an_inactive_code_has_no_rates(self, actor: Actor) -> None:
        create_tax_code(actor, TaxCodeInput(code="OLD", rate=D(1), is_active=False))
        assert tax_rates_on(["OLD", "NONE"], date(2024, 1, 1)) == {}


@pytest.mark.usefixtures("in_company")
class TestItems:
    def test_an_item(self, actor: Actor) -> None:
        item = make_item(actor, custom_fields={"weight": D("0.35")}, unit=" pcs ")
        item.refresh_from_db()
        assert (item.unit_price, item.unit, item.is_active) == (D("25.00"), "pcs", True)
        assert item.tax_code is not None
        assert item.tax_code.code == "SST"
        assert item.custom_fields == {"weight": D("0.35")}

    def test_every_failing_field(self, actor: Actor) -> None:
        assert set(invalid_fields(lambda: create_item(actor, ItemInput()))) == {"itemCode", "name", "unitPrice"}
        bad = ItemInput(
            item_code="x" * 51,
            name=" ",
            unit="u" * 21,
            description="d" * 5001,
            unit_price=D("-1"),
            tax_code="NONE",
            custom_fields={"a": "x" * 20000},
        )
        named = invalid_fields(lambda: create_item(actor, bad))
        assert set(named) == {"itemCode", "name", "unit", "description", "unitPrice", "taxCode", "customFields"}

    def test_a_code_is_taken_once(self, actor: Actor) -> None:
        make_item(actor)
        other = make_item(actor, item_code="WDG-002")
        with pytest.raises(ItemCodeTaken):
            make_item(actor)
        with pytest.raises(ItemCodeTaken):
            update_item(actor, other, ItemInput(item_code="WDG-001"))
        assert Item.objects.count() == 2

    def test_only_given_fields_change(self, actor: Actor) -> None:
        item = make_item(actor)
        changed = update_item(actor, item, ItemInput(unit_price=D("30.125"), tax_code=None, name="Widget Plus"))
        changed.refresh_from_db()
        assert (changed.unit_price, changed.tax_code, changed.item_code) == (D("30.125"), None, "WDG-001")
        assert changed.search_text == "wdg-001 widget plus"
        assert set(invalid_fields(lambda: update_item(actor, item, ItemInput(name="", unit_price=None)))) == {
            "name",
            "unitPrice",
        }
