"""Whatever stands in the records of a customer: its document builds, or is refused with a reason."""

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from invoicing.einvoice.document import build
from invoicing.einvoice.facts import Party
from invoicing.einvoice.parties import address_facts, buyer_identity
from invoicing.einvoice.preflight import check
from invoicing.einvoice.tests.support import INVOICE, NOW, as_xml

TEXTS = ["", " ", "NA", "\u200b", "x" * 400, "<&>\u0001", "Śląskie 12/3"]
IDS = st.sampled_from([*TEXTS, "202001234567", "770305-02-1234", "000000000000", "A1234567", "HRB 12"])
TINS = st.sampled_from([*TEXTS, "c2088005001", "IG1234567890", *(f"ei000000000{n}0" for n in range(1, 6))])
ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        "street": st.sampled_from([*TEXTS, "1 Jalan Rekaan"]),
        "street2": st.sampled_from(TEXTS),
        "city": st.sampled_from([*TEXTS, "Ipoh", "Kuala Lumpur"]),
        "state": st.sampled_from([*TEXTS, "Perak", "17", "W.P. Labuan"]),
        "postalCode": st.sampled_from([*TEXTS, "50000"]),
        "country": st.sampled_from(["", "MY", "SG", "XK", "XX"]),
    },
)


@st.composite
def buyers(draw: st.DrawFn) -> Party:
    address = address_facts(draw(ADDRESSES))
    id_type: Any = draw(st.sampled_from(["", "brn", "nric", "passport", "army"]))
    identity = buyer_identity(draw(TINS), id_type, draw(IDS), country=address.country)
    return Party(
        name=draw(st.sampled_from([*TEXTS, "Pembeli"])),
        tin=identity.tin,
        id_type=identity.id_type,
        id_number=identity.id_number,
        phone=draw(st.sampled_from([*TEXTS, "+60 3-1234 5678", "12"])),
        address=address,
        email=draw(st.sampled_from(["", "a@b.example", "x"])),
        sst_number=draw(st.sampled_from([*TEXTS, "W10-1808-32000123", "DE 123"])),
        tourism_tax_number=draw(st.sampled_from([*TEXTS, "123456789012345"])),
    )


GOOD = Party(
    name="Śląskie Sklepy",
    tin="EI00000000020",
    id_type="brn",
    id_number="NA",
    phone="+48 12 345 67 89",
    address=address_facts({"street": "Śląskie 12/3", "city": "Kraków", "country": "PL"}),
    sst_number="PL 123",
)


@cache
def schema() -> Any:
    return etree.XMLSchema(file=str(files("peppol") / "schema/maindoc/UBL-Invoice-2.1.xsd"))


@settings(max_examples=200)
@given(buyers())
@example(GOOD)
@example(replace(GOOD, id_type="passport", id_number="e-123 456"))
def test_it_is_refused_with_a_reason_or_built(buyer: Party) -> None:
    facts = replace(INVOICE, buyer=buyer)
    if problems := check(facts, NOW):
        assert all(problem.message and problem.path[0] == "buyer" for problem in problems)
    else:
        made = build(facts)
        assert b'""' not in made
        schema().assertValid(as_xml(made))


def test_the_examples_are_built() -> None:
    assert check(replace(INVOICE, buyer=GOOD), NOW) == []
    with pytest.raises(ValueError, match="TIN"):
        build(replace(INVOICE, buyer=replace(GOOD, tin="")))
