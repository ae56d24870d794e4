"""Prints the link by which the first person sets up a new installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.tenancy.setup_link import is_new, setup_url


class Command(BaseCommand):
    help = "Prints the link to set up the first company, which works once, for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_new():
            raise CommandError("This installation is set up already; `invite` invites people to its companies")
        self.stdout.write(setup_url())
