"""Makes the demo company."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from invoicing.demo import demo_exists, make_demo


class Command(BaseCommand):
    help = "Creates a demo company with a year of sales, its owner and an API key; does nothing if it exists."

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.LAYOUT.demo
        if demo_exists():
            self.stdout.write("The demo company already exists.")
            return
        demo = make_demo(file)
        self.stdout.write(f"Created the demo company {demo.company_id}; its password and API key are in {file}")
