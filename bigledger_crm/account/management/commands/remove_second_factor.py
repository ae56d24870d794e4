"""Removes the second factor of a person who has lost it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.account.second_factor import remove_second_factor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.security import COMMAND_LINE


class Command(BaseCommand):
    help = "Removes authenticator app, passkeys and recovery codes of a person, ends their sessions and tells them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"There is nobody with the address {email}")
        if not remove_second_factor(user, COMMAND_LINE):
            raise CommandError(f"{user.email} has no second factor")
        self.stdout.write(f"Removed: the second factor of {user.email}")
