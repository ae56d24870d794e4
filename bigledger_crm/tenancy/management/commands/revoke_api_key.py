"""Stops an API key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.models import ApiKey
from bigledger_crm.tenancy.services import revoke_api_key


class Command(BaseCommand):
    help = "Revokes an API key, immediately and permanently."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY_ID", help="key_…, as list_api_keys shows it")

    def handle(self, *args: Any, key: str, **options: Any) -> None:
        pk = ids.decode(ApiKey.PREFIX, key)
        found = ApiKey.objects.filter(pk=pk).first() if pk else None
        if found is None:
            raise CommandError(f"There is no API key {key}; list_api_keys shows their ids")
        revoke_api_key(found)
        self.stdout.write(f"Revoked: {found}")
