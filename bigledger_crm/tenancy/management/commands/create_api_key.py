"""Makes an API key for a company."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError, InvalidData, json_path
from bigledger_crm.tenancy.queries import company_by_name_or_id
from bigledger_crm.tenancy.services import create_api_key

MAX_DAYS = 3660


class Command(BaseCommand):
    help = "Creates an API key for a company and prints it; it can't be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, metavar="NAME_OR_ID")
        parser.add_argument("--name", default="API key", help="what the key is for")
        parser.add_argument("--scopes", default="read,write", help="comma-separated, such as read,customers:write")
        parser.add_argument("--days", type=int, help="days until it expires; by default it is valid until revoked")
        parser.add_argument(
            "--json", action="store_true", help="print a JSON object with apiKey, apiKeyId and companyId"
        )

    def handle(self, *args: Any, company: str, name: str, scopes: str, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days: must be from 1 to {MAX_DAYS}")
        try:
            owner = company_by_name_or_id(company)
            key, secret = create_api_key(
                [owner],
                name=name,
                scopes=[scope.strip() for scope in scopes.split(",") if scope.strip()],
                expires_at=None if days is None else clock.now() + timedelta(days=days),
            )
        except InvalidData as error:
            raise CommandError(
                "; ".join(f"--{json_path(fault.path)}: {fault.message}" for fault in error.errors)
            ) from error
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps({"apiKey": secret, "apiKeyId": key.public_id, "companyId": owner.public_id}))
        else:
            self.stdout.write(
                f"API key for {owner.name}: {secret}\nKey id: {key.public_id}\nCompany id: {owner.public_id}"
            )
