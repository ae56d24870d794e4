"""What a client needs to speak for a company."""

import json
from dataclasses import dataclass

from bigledger_crm.testing.product import Product


@dataclass(frozen=True)
class Credentials:
    """Of a company in the running product."""

    url: str
    api_key: str
    company_id: str
    owner_id: str  # of a member

    @property
    def environment(self) -> dict[str, str]:
        """As the clients read them."""
        return {
            "BIGLEDGER_BASE_URL": self.url,
            "BIGLEDGER_API_KEY": self.api_key,
            "BIGLEDGER_COMPANY_ID": self.company_id,
        }


SCOPES = "read,write,company-exports:write,credit-notes:goodwill,invoices:write-off"


# What makes a company report to LHDN.  Nothing is sent, as there is no secret.
REPORTING = """
from datetime import date
from bigledger_crm.testing.einvoices import COMPANY
from invoicing.models import EInvoiceSettings
def report(company):
    Company.objects.filter(pk=company.pk).update(**COMPANY)
    EInvoiceSettings.unscoped.create(
        company=company, environment="simulator", client_id="a", client_secret="none", starts_on=date(2020, 1, 1)
    )
"""


def open_companies(product: Product, *names: str, are_reporting: bool = False) -> list[Credentials]:
    """New companies, each with a member and a key; by one command, since every command has to start Django.

    Some `are_reporting` to LHDN, as if to a simulator.
    """
    script = f"""
import json
from django.core.management import call_command
from bigledger_crm.tenancy.models import Company, Membership, User
{REPORTING}
for name in {names!r}:
    call_command("create_company", name)
    member = User.objects.create_user(f"{{name.split()[-1]}}@example.com", name="Bob Lim")
    Membership.objects.create(company=Company.objects.get(name=name), user=member, role="sales")
    if {are_reporting}:
        report(Company.objects.get(name=name))
    print(json.dumps({{"ownerId": member.public_id}}))
    call_command("create_api_key", company=name, json=True, scopes={SCOPES!r})
"""
    printed = product.manage("shell", "--no-imports", "-c", script)
    said = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    url = f"http://127.0.0.1:{product.port}/api/v1"
    return [
        Credentials(url, key["apiKey"], key["companyId"], member["ownerId"])
        for member, key in zip(said[::2], said[1::2], strict=True)
    ]
