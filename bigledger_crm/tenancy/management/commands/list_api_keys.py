"""Shows the API keys."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.models import ApiKey
from bigledger_crm.tenancy.queries import company_by_name_or_id


class Command(BaseCommand):
    help = "Shows the API keys, newest first: id, last four characters, scopes, companies, times; never a key itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", metavar="NAME_OR_ID", help="only the keys for this company")

    def handle(self, *args: Any, company: str | None, **options: Any) -> None:
        keys = ApiKey.objects.prefetch_related("companies").order_by("-created_at", "-id")
        if company is not None:
            try:
                keys = keys.filter(companies=company_by_name_or_id(company))
            except DomainError as error:
                raise CommandError(error.message) from error
        for key in keys:
            names = ", ".join(sorted(str(owner) for owner in key.companies.all()))
            self.stdout.write(f"{key.public_id}  …{key.last_four}  {_state(key)}  {key.name}")
            self.stdout.write(f"    for {names}; scopes {','.join(key.scopes)}")
            self.stdout.write(f"    made {_shown(key.created_at)}; last used {_shown(key.last_used_at)}")


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {_shown(key.revoked_at)}"
    if key.expires_at is None:
        return "usable"
    return f"{'usable until' if key.is_usable() else 'expired'} {_shown(key.expires_at)}"


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
