"""Makes the demo company."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from invoicing.demo import demo_exists, make_demo


class Command(BaseCommand):
    help = "Makes a demo company with a year of sales, a user who owns it and an API key; does nothing when it exists."

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.LAYOUT.demo
        if demo_exists():
            self.stdout.write("The demo company is there already.")
            return
        demo = make_demo(file)
        self.stdout.write(f"Made the demo company {demo.company_id}; sign-in and API key are in {file}")
