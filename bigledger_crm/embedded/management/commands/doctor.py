"""Says what is in order and what to do about the rest."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bigledger_crm.health import findings


class Command(BaseCommand):
    help = "Checks the requirements and the running processes; exits with 1 if a check fails."
    requires_system_checks = []  # it has to speak where they fail

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(findings.all_of_them())
        for finding in found:
            self.stdout.write(str(finding))
        if any(finding.remedy for finding in found):
            raise CommandError("Some checks failed.")
