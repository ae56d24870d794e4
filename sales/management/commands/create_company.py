"""Opens a company."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.kernel.errors import InvalidData
from sales.services import open_company


class Command(BaseCommand):
    help = "Creates a company with the usual tax codes of its country."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--currency", default="MYR", help="ISO 4217 code (default: MYR)")
        parser.add_argument("--country", default="MY", help="ISO 3166 alpha-2 code (default: MY)")
        parser.add_argument("--time-zone", default="Asia/Kuala_Lumpur", help="IANA name (default: Asia/Kuala_Lumpur)")
        parser.add_argument("--json", action="store_true", help="print a JSON object with companyId and name")

    def handle(self, *args: Any, name: str, currency: str, country: str, time_zone: str, **options: Any) -> None:
        try:
            company = open_company(name, currency=currency, country=country, time_zone=time_zone)
        except InvalidData as error:
            raise CommandError("; ".join(fault.message for fault in error.errors)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"companyId": company.public_id, "name": company.name}, ensure_ascii=False))
        else:
            self.stdout.write(f"Opened {company.name}: {company.public_id}")
