"""What becomes of custom fields when customers are merged, erased, imported and edited on pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.custom_fields.services import create_custom_field, delete_custom_field
from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from customers.models import Customer
from customers.services import merge_customers
from customers.services.erasing import erase_customer
from invoicing.integrity import check_integrity


def declare(actor: Actor, key: str, type_: str, **facts: Any) -> Any:
    field = CustomFieldInput(object_type="customers", key=key, label=key.title(), type=type_, **facts)
    return create_custom_field(actor, field)


def test_a_merge_fills_what_is_missing_and_moves_what_is_unique(actor: Actor, in_company: Company) -> None:
    declare(actor, "card", "text", is_unique=True)
    declare(actor, "size", "number")
    gone = make_customer(actor, custom_fields={"card": "A", "size": 1, "free": [1]})
    kept = make_customer(actor, custom_fields={"size": 2})
    assert merge_customers(actor, gone, kept).custom_fields == {"card": "A", "size": 2, "free": [1]}
    assert Customer.objects.get(pk=gone.pk).custom_fields == {"size": 1, "free": [1]}
    assert CustomFieldValue.objects.get(unique_key="a").object_id == kept.pk


def test_erasing_leaves_no_value(actor: Actor, in_company: Company) -> None:
    deleted = declare(actor, "secret", "text")
    declare(actor, "size", "number")
    customer = make_customer(actor, custom_fields={"secret": "x", "size": 1})
    make_quote(actor, customer, accepted=False)
    delete_custom_field(actor, deleted)
    erase_customer(actor, customer)
    assert Customer.objects.get().custom_fields == {}
    assert not CustomFieldValue.objects.exists()


def test_imports_read_values_by_the_type_of_their_field(actor: Actor, in_company: Company, alice: Any) -> None:
    declare(actor, "volume", "money")
    declare(actor, "since", "date")
    declare(actor, "industry", "choice", choices=["Steel", "Toys"])
    declare(actor, "interests", "choices", choices=["A", "B"])
    declare(actor, "buyer", "person")
    declare(actor, "card", "text", is_unique=True)
    heads = "name,email,Volume,Since,Industry,Interests,Buyer,Card\n"
    good = f'Acme,a@a.example,"1,250.50",31/12/2025,STEEL,"b, A",{alice.email},1\n'
    bad = "Berta,b@b.example,x,31/12/2025,Wood,,,2\nCarl,c@c.example,,,,,,1\nDora,d@d.example,,,Wood,,,\n"
    job = support.run(actor, heads + good + bad)
    assert Customer.objects.get().custom_fields == {
        "volume": Decimal("1250.5"),
        "since": date(2025, 12, 31).isoformat(),
        "industry": "Steel",
        "interests": ["A", "B"],
        "buyer": alice.public_id,
        "card": "1",
    }
    assert support.errors(job) == {
        3: "customFields.volume: “x” is not a number",
        4: "customFields.card: Another object has this value",
        5: "customFields.industry: Must be one of: Steel, Toys",
    }
    again = support.run(actor, heads + good)
    assert support.outcomes(again) == ["same"]
    exported = heads.replace("Volume", "Volume MYR") + good.replace(alice.email, str(alice))
    assert support.outcomes(support.run(actor, exported)) == ["same"]


def test_forms_ask_for_fields_and_pages_show_them(alices: Client, actor: Actor, in_company: Company) -> None:
    declare(actor, "volume", "money", is_required=True)
    declare(actor, "vip", "yes_no")
    declare(actor, "site", "link")
    customer = make_customer(actor, custom_fields={"volume": 1, "free": "stays"})
    url = f"/customers/{customer.public_id}/edit"
    typed = {"name": "Acme", "type": "business", "status": "active", "email": "a@a.example", "currency": "MYR"}
    typed |= {"payment_terms": "30", "custom_fields_volume": "1,250.555", "custom_fields_vip": "no"}
    refused = alices.post(url, typed)
    assert refused.status_code == 400
    assert "At most 2 decimals are allowed" in flat(refused)
    typed |= {"custom_fields_volume": "1,250.50", "custom_fields_site": "acme.example"}
    assert alices.post(url, typed).status_code == 302
    assert Customer.objects.get().custom_fields == {
        "volume": Decimal("1250.5"),
        "vip": False,
        "site": "https://acme.example",
        "free": "stays",
    }
    page = flat(alices.get(f"/customers/{customer.public_id}"))
    assert "MYR 1,250.50" in page.replace("\u00a0", " ")
    assert 'href="https://acme.example"' in page


def test_customers_of_a_file_that_have_the_same_unique_value(actor: Actor, in_company: Company) -> None:
    declare(actor, "card", "text", is_unique=True)
    rows = "Name,Email,Card\nA,a@a.example,1\nB,b@b.example,1\nC,c@c.example,2\n"
    job = support.run(actor, rows, columns={"Card": "customFields.card"}, match_by="email")
    assert support.outcomes(job) == ["new", "rejected", "new"]
    assert "card" in support.errors(job)[3].lower()
    numbers = Customer.objects.order_by("name").values_list("name", "customer_number")
    assert list(numbers) == [("A", "CUST-0001"), ("C", "CUST-0002")]
    assert check_integrity(in_company) == []
