"""The demo company: a year of believable sales that ends today, made through the services only."""

import json
import os
import secrets
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import actor_for_member
from bigledger_crm.tenancy.members import save_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import COMMAND_LINE
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.tenancy.setup_steps import STEPS
from invoicing.demo.bank import import_demo_statement
from invoicing.demo.generator import YEAR, DemoGenerator
from sales.services import open_company

EMAIL = "demo@example.com"
# Colleagues in sales, with the demo user's password; the last one sees own records only.
COLLEAGUES = {"aisha@example.com": "Aisha Rahman", "marcus@example.com": "Marcus Lee"}
SEED = 1963
SETTINGS: dict[str, Any] = {
    "legal_name": "Kinabalu Trading Sdn Bhd",
    "registration_number": "201901012345 (1321672-X)",
    "tin": "C20880050010",
    "tax_number": "B16-1808-31012345",
    "msic_code": "46510",
    "business_activity": "Wholesale of computers, peripheral equipment and software",
    "email": "sales@kinabalutrading.test",
    "phone": "+60 88-555 0123",
    "website": "https://kinabalutrading.test",
    "address": {
        "street": "Lot 21, Ground Floor, Jalan Pantai",
        "city": "Kota Kinabalu",
        "state": "Sabah",
        "postalCode": "88000",
        "country": "MY",
    },
    "quote_terms": "Prices in this quote hold until its last valid day. Delivery within 14 days of your order.",
    "invoice_terms": "Please pay by the due date and state the invoice number.",
    "setup_skipped": list(STEPS),
    "bank_details": "Bank Contoh Berhad, account 5140 1234 5678, Kinabalu Trading Sdn Bhd",
    "static_qr": "00020101021126440014A0000006150001010658873402125140123456785204573453034585802MY"
    "5924KINABALU TRADING SDN BHD6013KOTA KINABALU630425CF",
}


@dataclass(frozen=True)
class Demo:
    """How to sign in to the demo company and to call its API."""

    email: str
    password: str
    api_key: str
    company_id: str


def demo_exists() -> bool:
    """Whether this database has the demo company's user."""
    return User.objects.filter(email=EMAIL).exists()


@transaction.atomic
def make_demo(file: Path) -> Demo:
    """Makes the demo company, its user and its API key, and writes them to `file`: all of it or nothing."""
    end = clock.now()
    password = secrets.token_urlsafe(12)
    with clock.travelling(end - YEAR):
        company = open_company("Kinabalu Trading Sdn Bhd", sst_rate=Decimal(6), **SETTINGS)
        user = User.objects.create_superuser(EMAIL, password, name="Demo User")
        membership = save_member(Membership(company=company, user=user, role="owner"), COMMAND_LINE)
        owners = cycle([user.public_id, *_add_colleagues(company, password)])
    with company_scope(company):
        chance = Random(SEED)  # noqa: S311  no secret comes from it
        actor = actor_for_member(membership)
        DemoGenerator(actor, end, chance, owners).tell()
        import_demo_statement(actor)
    _, api_key = create_api_key([company], name="Demo")
    demo = Demo(EMAIL, password, api_key, company.public_id)
    _write(file, demo)
    return demo


def _add_colleagues(company: Company, password: str) -> list[str]:
    """The `user_…` ids of people in sales."""
    people = [User.objects.create_user(email, password, name=name) for email, name in COLLEAGUES.items()]
    for person in people:
        limited = Membership(company=company, user=person, role="sales", own_records_only=person is people[-1])
        save_member(limited, COMMAND_LINE)
    return [person.public_id for person in people]


def _write(file: Path, demo: Demo) -> None:
    """Replaces `file`, readable by its owner only, as a whole."""
    content = {
        "email": demo.email,
        "password": demo.password,
        "apiKey": demo.api_key,
        "companyId": demo.company_id,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        json.dump(content, target, indent=2)
    draft.replace(file)
