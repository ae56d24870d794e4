"""Two companies with one of everything each, made in the database of a running product."""

import json
import re
import sys
from typing import Any

from bigledger_crm.tenancy.actor import actor_for_member
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.tenancy_calls import CALLS
from bigledger_crm.testing.tenancy_fixtures import make_fixtures
from sales.services import open_company

MARKS = ("ZEBRAMARK", "OKAPIMARK")


def make_companies() -> list[dict[str, Any]]:
    """Of each company: a key, its id, a mark that stands in every text, its objects' ids, and which stand where."""
    made = []
    for mark in MARKS:
        company = open_company(f"{mark} Sdn Bhd")
        person = User.objects.create_user(f"{mark.lower()}-owner@example.com", name=mark)
        owner = Membership.objects.create(company=company, user=person, role="owner")
        names = make_fixtures(actor_for_member(owner), mark).names()
        places = {
            f"{call.method} /api/v1/{re.sub('<[^>]+>', '{}', call.route)}": [names[call.object], names.get(call.part)]
            for call in CALLS
            if call.object
        }
        made.append(
            {
                "key": create_api_key([company], name=mark)[1],
                "company": company.public_id,
                "mark": mark,
                "ids": sorted(names.values()),
                "places": places,
            }
        )
    return made


def main() -> None:
    """Prints the companies as JSON."""
    sys.stdout.write(json.dumps(make_companies()))
