"""Invites somebody to a company."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.account.invitations import invite
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS
from bigledger_crm.tenancy.queries import company_by_name_or_id
from bigledger_crm.tenancy.security import COMMAND_LINE


class Command(BaseCommand):
    help = "Emails an invitation to join a company; the link works once, for seven days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--company", required=True, help="its name or comp_… id")
        parser.add_argument("--role", default="sales", choices=list(ROLE_PERMISSIONS))

    def handle(self, *args: Any, email: str, company: str, role: str, **options: Any) -> None:
        try:
            found = company_by_name_or_id(company)
            invitation = invite(found, email, role, COMMAND_LINE, inviter=found.name)
        except DomainError as error:
            raise CommandError("; ".join(fault.message for fault in error.errors) or error.message) from error
        self.stdout.write(f"Invited: {invitation} as {role}, until {invitation.expires_at:%Y-%m-%d %H:%M} UTC")
